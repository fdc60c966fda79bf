"""Plans: written by a runner, given as a recipe or a watch's workout, or inferred from what repeats; reps in sets."""
