"""What ``--help`` prints, told without importing click. Made by ``tools/write_help.py``; do not edit."""

from __future__ import annotations

HELP_TEXT = {
    "analyze": """\
Usage: analyze [OPTIONS] FILE...

  Say whether a speed session was run as meant.

  Reads each FILE (.fit, .gpx, .tcx, also .gz or .zip; a folder stands for the
  recordings in it, - for standard input), finds the reps and prints a report.

  analyze run.fit --goal "5k 20:00"
  analyze run.fit --plan kastor --reps 8 --html report.html
  analyze warmup.fit main.fit cooldown.fit --join
  analyze tuesday/ --plan kastor --goal "5k 20:00" --brief

Options:
  --goal TEXT                 What you train for: "5k 20:00", "10k 42:00",
                              "4:00/km", "1:36/400".
  --plan PLAN                 What was to be run: a recipe (kastor), a TOML
                              file, or the reps themselves: "8x400 r60".
  --reps N                    Kastor's session in a short form of N reps.
                              [1<=x<=200]
  --athlete NAME              Who ran: goals and heart rate from
                              athletes.toml.
  --units [km|mi]             Unit of paces and distances.  [env var:
                              KASTOR_UNITS; default: km]
  --by-100                    Show every 100 m of each rep (on a track).
  --json                      Print JSON: one document, or a line for each of
                              several files.
  --csv FILE                  Write the reps as CSV.
  --plot FILE                 Draw it (png, svg, pdf); of several recordings
                              into a folder of this name.
  --html FILE                 Write it as one page; of several recordings into
                              a folder of this name.
  --force                     Replace a file that kastor did not write (never
                              an input, a recording or a season).
  --brief                     Only the overview: a line a recording.
  --lane INTEGER RANGE        Lane of the track that was run in.  [default: 1;
                              1<=x<=10]
  --no-laps                   Find the reps by the signal alone, not by lap
                              presses.
  --splits FILE               Hand-timed reps (CSV: a time a line, or
                              rep,time).
  --explain                   Say what else the recording may be, how sure
                              that is, and why.
  --take N                    Take reading N of --explain instead of the
                              first.  [x>=1]
  --found                     List every span found, with its number, times,
                              kind and source.
  --as-found                  Leave out what was corrected by hand
                              (run.fit.kastor.toml).
  --drop N                    Rep N as found was none.  [x>=1]
  --merge N,M                 Reps N to M as found were one.
  --join                      The files, or the recordings in one, are parts
                              of one session.
  --heart-rate-from FILE      Take the heart rate from another recording of
                              the same run.
  --part N                    Which recording of a file with several.  [x>=0]
  --sport [run|any]           Look for reps in runs only, or whatever the
                              sport says.  [default: run]
  --strict                    Refuse a damaged file instead of reading what
                              can be read of it.
  --decoder [fitparse|gpxpy]  Read by a reference decoder instead.
  -V, --version               Show the version and exit.
  -h, --help                  Show this message and exit.
""",
    "kastor": """\
Usage: kastor [OPTIONS] COMMAND [ARGS]...

  Say whether a speed session was run as meant.

  Finds and scores the reps of coach Andrew Kastor's 16 x 400 m (or any other
  repeats) in FIT, GPX and TCX recordings. Start with `kastor demo`, or with
  `analyze run.fit`.

Options:
  -V, --version                 Show the version and exit.
  --install-completion [SHELL]  Have bash, zsh or fish complete verbs, options
                                and files of kastor and analyze; default: your
                                shell.
  --man                         Print the manual page (roff).
  -h, --help                    Show this message and exit.

Commands:
  analyze  Read recordings and report on each session.
  demo     Write sample recordings to a folder and analyse them.
  plan     Recipes: list, show, check, pace card, workout for the watch.
  correct  Put right what was found: drop, add, split, merge and move reps.
  laps     Give the reps back to the recording, as laps of a copy.
  season   Many sessions over time: add, list, compare, chart.
""",
}
