"""The grade of one learner in the forms that instructors' systems take."""
