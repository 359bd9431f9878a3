"""What the site is built of, besides its pages."""
