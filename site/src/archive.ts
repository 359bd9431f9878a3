// What the build compresses by zstd: no host need compress it, and few do.
import { ZSTDDecoder } from "zstddec";

const decoder = new ZSTDDecoder();

export async function decompressed(packed: ArrayBuffer
): Promise<Uint8Array<ArrayBuffer>> {
  await decoder.init();
  return decoder.decode(new Uint8Array(packed)) as Uint8Array<ArrayBuffer>;
}
