"""`add` and `refresh`: files to tasks, tasks to workers, records to the database, one transaction a file.

Nothing that was committed is ever lost: a file is remembered in the same transaction that stores what was in it, so a
second call takes up where a killed one stopped, and two processes may add the same folder at once.
"""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Final

from .._version import __version__
from ..athlete import Athlete
from ..corrections import Corrections, found_beside, side_file
from ..errors import KastorError, SeasonError
from ..files.folders import Paths
from ..goal import Goal
from ..plan import Plan
from ..session import Session
from . import store
from .contents import Found, Unreadable, contents, entries, find
from .database import guard, transaction
from .plan_text import plan_from_text, plan_to_text
from .progress import progress_bar
from .result import AddItem, AddResult
from .work import Outcome, Task, analyse_task, content_hash, session_of

ENTRIES_A_TASK: Final = 16
"""Of an archive: few enough that a killed run loses little, many enough that its directory is not read too often."""

Analyse = Callable[[Task], tuple[Outcome, ...]]


class Adder:
    """One call of `add` or `refresh`.

    Parameters
    ----------
    connection, path
        The open season and its file.
    analyse : callable
        `Task` -> outcomes; importable by name, so that it can run in another process.
    jobs, executor, progress, again
        As in `Season.add`.
    """

    def __init__(
        self,
        connection: sqlite3.Connection,
        path: Path,
        *,
        analyse: Analyse = analyse_task,
        jobs: int = 1,
        executor: Executor | None = None,
        progress: bool = True,
        again: bool = False,
    ) -> None:
        self._connection = connection
        self._path = path
        self._analyse = analyse
        self._jobs = jobs
        self._executor = executor
        self._progress = progress
        self._again = again
        self._items: list[AddItem] = []
        self._named: set[str] = set()
        self._kept = store.read_corrections(connection)

    def add(self, groups: Sequence[tuple[Paths, Athlete]], *, plan: Plan | None, goal: Goal | None) -> AddResult:
        """Add what is new under paths, each an athlete's."""
        request = _request(plan, goal)
        numbers: dict[str, int] = {}
        found: list[tuple[Found | KastorError, Task]] = []
        for paths, athlete in groups:
            with guard(self._path), transaction(self._connection):
                numbers[athlete.name] = store.write_athlete(self._connection, athlete)
            template = Task(path="", plan=plan, goal=goal, athlete=athlete, kept=self._kept)
            found += [(file, template) for file in find(paths)]
        named = (file for file, _ in found if isinstance(file, Found))
        self._named = {file.path for file in named if file.is_named and not file.is_archive}
        with progress_bar(self._progress, "Adding", len(found)) as bar:

            def tasks() -> Iterator[Task]:
                for file, template in found:
                    made = 0
                    if isinstance(file, KastorError):
                        self._items.append(AddItem(path=file.file or "", outcome="failed", reason=str(file)))
                    else:
                        for task in self._tasks_of(file, template, request):
                            made += 1
                            yield task
                    bar.grow(made - 1)

            for task, outcomes in self._analysed(tasks()):
                self._commit(task, outcomes, numbers[task.athlete.name], request)
                bar.advance()
        return AddResult(items=tuple(self._items))

    def refresh(self, *, everything: bool, athlete: str | None, only: Collection[int] | None = None) -> AddResult:
        """Analyse again what is out of date (software, goal of the day, corrections), everything, or `only` some."""
        stale = list(self._stale(everything, athlete, only))
        whose = {id(task): (activity_id, athlete_id, request) for task, activity_id, athlete_id, request in stale}
        with progress_bar(self._progress, "Refreshing", len(stale)) as bar:
            for task, outcomes in self._analysed(task for task, *_ in stale):
                self._commit_again(task, outcomes, *whose[id(task)])
                bar.advance()
        return AddResult(items=tuple(self._items))

    def session(self, activity_id: int) -> Session:
        """Return a session as found in its recording, and corrected as kept."""
        task, digest, part = self._only(activity_id)
        return session_of(task, digest, part)

    def correct(self, activity_id: int, corrections: Corrections) -> AddResult:
        """Keep corrections of one session, also in the file beside it where there is one, and analyse it again."""
        task, digest, part = self._only(activity_id)
        beside = side_file(task.path)
        if not task.entries and beside.is_file():
            corrections.save(beside)
        with guard(self._path), transaction(self._connection):
            store.write_corrections(self._connection, digest, part, corrections)
        self._kept = store.read_corrections(self._connection)
        return self.refresh(everything=False, athlete=None, only={activity_id})

    def bring_beside_up_to_date(self) -> None:
        """Write the corrections that the database has now into the files beside recordings whose were others before."""
        before, self._kept = self._kept, store.read_corrections(self._connection)
        for digest, part in {(digest, part) for digest, part, _ in {*before} ^ {*self._kept}}:
            now = next((c for held, number, c in self._kept if (held, number) == (digest, part)), Corrections())
            rows = self._connection.execute(
                "SELECT path FROM files WHERE content_hash = ? AND part = ? AND entry = ''", (digest, part)
            ).fetchall()
            for (path,) in rows:
                if (beside := side_file(os.fsdecode(path))).is_file():
                    now.save(beside)

    # -- what there is to do

    def _only(self, activity_id: int) -> tuple[Task, str, int]:
        """Return the task of one session, and what its recording is recognised by."""
        held = self._connection.execute(
            "SELECT content_hash, part FROM activities WHERE activity_id = ?", (activity_id,)
        ).fetchone()
        if held is None:
            raise SeasonError(f"has no session {activity_id}", file=str(self._path))
        found = next(self._stale(False, None, {activity_id}), None)
        if found is None:
            raise SeasonError(self._items[-1].reason or "its recording is no longer there", hint=_ADD_AGAIN)
        return found[0], *held

    def _analysed(self, tasks: Iterable[Task]) -> Iterator[tuple[Task, tuple[Outcome, ...] | Exception]]:
        from ..pipeline.pool import results

        return results(self._analyse, tasks, jobs=self._jobs, executor=self._executor)

    def _tasks_of(self, file: Found, template: Task, request: str) -> Iterator[Task]:
        task = replace(template, path=file.path, size=file.size, mtime_ns=file.mtime_ns)
        known = self._known(file, template.athlete.name, request)
        if not file.is_archive:
            if "" not in known and not self._copies(task, {"": file.size}, request):
                yield task
            return
        try:
            sizes = {name: size for name, size in entries(file).items() if name not in known}
        except KastorError as error:
            if "" not in known:
                self._failed(task, str(error), request)
            return
        copies = self._copies(task, sizes, request)
        wanted = [name for name in sizes if name not in copies]
        for start in range(0, len(wanted), ENTRIES_A_TASK):
            yield replace(task, entries=tuple(wanted[start : start + ENTRIES_A_TASK]))

    def _known(self, file: Found, athlete: str, request: str) -> set[str]:
        """Return the entries of a file that are not to be looked at again, and list them as there already.

        Those are: unchanged since (size and time), asked for as now, and, where they failed or were removed, not named
        outright and not failed under other software.
        """
        rows = self._connection.execute(
            "SELECT entry, activity_id, outcome, reason, request, files.software_version, athletes.name, "
            "files.content_hash, files.part FROM files "
            "LEFT JOIN activities USING (activity_id) LEFT JOIN athletes USING (athlete_id) "
            "WHERE files.path = ? AND files.size = ? AND files.mtime_ns = ?",
            (store.stored_path(file.path), file.size, file.mtime_ns),
        ).fetchall()
        known: set[str] = set()
        for entry, activity_id, outcome, reason, asked, version, whose, digest, part in rows:
            if outcome == "removed" and (file.is_named or self._again):
                continue
            if outcome == "failed" and self._again:
                continue
            if outcome in ("failed", "no recording") and version != __version__:
                continue
            if outcome not in _WITHOUT_ACTIVITY and whose == athlete and request not in (_NOTHING_ASKED, asked):
                continue
            if outcome not in _WITHOUT_ACTIVITY and not entry and self._is_corrected_anew(file.path, digest, part):
                continue
            known.add(entry)
            if outcome == "archive":
                continue
            if outcome not in _WITHOUT_ACTIVITY:
                reason = "unchanged since it was added" if whose == athlete else store.elsewhere(whose)
            verdict = outcome if outcome in ("failed", "no recording") else "already"
            self._items.append(
                AddItem(path=file.path, entry=entry, activity_id=activity_id, outcome=verdict, reason=reason)
            )
        return known

    def _copies(self, task: Task, raw_sizes: Mapping[str, int], request: str) -> set[str]:
        """Return those entries that were moved, copied or touched but hold known content, and note where they lie now.

        Only what has a size that was seen before is read here; one that is new costs no more than a look-up.
        """
        if request != _NOTHING_ASKED:
            return set()
        seen = [name for name, size in raw_sizes.items() if store.has_raw_size(self._connection, size)]
        copies: set[str] = set()
        for content in contents(task.path, [name for name in seen if name]) if seen else ():
            if isinstance(content, Unreadable) or content.entry not in raw_sizes:
                continue
            digest = content_hash(content.data)
            held = store.known_content(self._connection, digest, task.athlete.name)
            if not held:
                continue
            if not content.entry and any(self._is_corrected_anew(task.path, digest, part) for part, _ in held):
                continue
            copies.add(content.entry)
            with guard(self._path), transaction(self._connection):
                for part, activity_id in held:
                    outcome = Outcome(entry=content.entry, part=part, content_hash=digest, raw_size=content.raw_size)
                    self._note(task, outcome, activity_id, "already", _SAME_CONTENT, request)
                    item = AddItem(
                        path=task.path, entry=content.entry, activity_id=activity_id, outcome="already",
                        reason=_SAME_CONTENT,
                    )  # fmt: skip
                    self._items.append(item)
        return copies

    def _is_corrected_anew(self, path: str, digest: str, part: int) -> bool:
        """Return whether the corrections beside a file are others than those kept."""
        try:
            beside = found_beside(path)
        except KastorError:
            return True  # looked at again, it is told
        known = next((c for held, number, c in self._kept if (held, number) == (digest, part)), Corrections())
        return beside is not None and beside.items != known.items

    def _stale(
        self, everything: bool, athlete: str | None, only: Collection[int] | None
    ) -> Iterator[tuple[Task, int, int, str]]:
        rows = self._connection.execute(
            "SELECT activity_id, athlete_id, athletes.name, software_version, goal_of_day, athlete_max_heart_rate_bpm, "
            "local_date, content_hash, part FROM activities JOIN athletes USING (athlete_id) "
            "WHERE ? IS NULL OR athletes.name = ? ORDER BY start_time_s",
            (athlete, athlete),
        ).fetchall()
        athletes: dict[str, Athlete] = {}
        for activity_id, athlete_id, name, *analysed_with, day, digest, part in rows:
            if only is not None and activity_id not in only:
                continue
            if name not in athletes:
                athletes[name] = store.read_athlete(self._connection, name) or Athlete(name=name)
            files = self._connection.execute(
                "SELECT files.path, entry, size, mtime_ns, request FROM files "
                "JOIN activities USING (activity_id, content_hash, part) WHERE activity_id = ? ORDER BY files.rowid",
                (activity_id,),
            ).fetchall()
            files = [(os.fsdecode(path), *more) for path, *more in files]
            plan, given = _requested(files[0][4] if files else None)
            today = given or (plan.goal if plan else None) or athletes[name].goal_on(date.fromisoformat(day))
            now = [__version__, today.text if today else None, athletes[name].max_heart_rate_bpm]
            there = next((file for file in files if os.path.exists(file[0])), None)
            is_asked_for = everything or only is not None or analysed_with != now
            if not is_asked_for and (there is None or there[1] or not self._is_corrected_anew(there[0], digest, part)):
                continue
            if there is None:
                where = files[0][0] if files else "its file"
                self._items.append(
                    AddItem(path=where, activity_id=activity_id, outcome="failed",
                            reason=f"{where}: is no longer there; what was known of it is kept")
                )  # fmt: skip
                continue
            path, entry, size, mtime_ns, _ = there
            entries_there = (entry,) if entry else ()
            task = Task(
                path=path, entries=entries_there, size=size, mtime_ns=mtime_ns, plan=plan, goal=given,
                athlete=athletes[name], kept=tuple(kept for kept in self._kept if kept[0] == digest),
            )  # fmt: skip
            yield task, activity_id, athlete_id, files[0][4] or _NOTHING_ASKED

    # -- what was done

    def _commit(self, task: Task, outcomes: Sequence[Outcome] | Exception, athlete_id: int, request: str) -> None:
        if isinstance(outcomes, Exception):
            # Not remembered: it may have been the machine's fault, so the next call tries again.
            reason = f"{task.path}: its process died ({outcomes or type(outcomes).__name__})"
            self._items.append(AddItem(path=task.path, outcome="failed", reason=reason))
            return
        with guard(self._path), transaction(self._connection):
            items = [self._keep(task, outcome, athlete_id, request) for outcome in outcomes]
            for name in task.entries:
                if all(item.entry != name for item in items):
                    # An archive within the archive: done, whatever it held.
                    self._note(task, Outcome(entry=name), None, "archive", None, request)
        self._items.extend(items)

    def _keep(self, task: Task, outcome: Outcome, athlete_id: int, request: str) -> AddItem:
        if outcome.record is None or outcome.content_hash is None:
            is_fault = outcome.is_recording or task.path in self._named
            verdict = "failed" if is_fault else "no recording"
            if outcome.is_lasting:
                self._note(task, outcome, None, verdict, outcome.reason, request)
            return AddItem(path=task.path, entry=outcome.entry, outcome=verdict, reason=outcome.reason)
        kept = store.keep(self._connection, athlete_id, outcome.content_hash, outcome.part, outcome.record)
        verdict, reason = kept.outcome, kept.reason
        is_corrected = self._keep_corrections(outcome)
        if kept.is_same_content and (is_corrected or self._asked_otherwise(kept.activity_id, request)):
            self._replace(kept.activity_id, athlete_id, outcome)
            verdict, reason = "added", f"analysed again, {'corrected by hand' if is_corrected else 'as asked now'}"
        if verdict == "added" and not outcome.record.is_session:
            verdict = "no session"
        self._note(task, outcome, kept.activity_id, verdict, reason, request)
        return AddItem(
            path=task.path, entry=outcome.entry, activity_id=kept.activity_id, outcome=verdict, reason=reason
        )

    def _keep_corrections(self, outcome: Outcome) -> bool:
        """Keep what lies beside a recording; return whether it is other than what was kept."""
        digest, part, beside = outcome.content_hash, outcome.part, outcome.beside
        if digest is None or beside is None:
            return False
        known = next((c for held, number, c in self._kept if (held, number) == (digest, part)), Corrections())
        if beside.items == known.items:
            return False
        store.write_corrections(self._connection, digest, part, beside)
        return True

    def _asked_otherwise(self, activity_id: int, request: str) -> bool:
        rows = self._connection.execute("SELECT request FROM files WHERE activity_id = ?", (activity_id,)).fetchall()
        return request != _NOTHING_ASKED and all(asked != request for (asked,) in rows)

    def _replace(self, activity_id: int, athlete_id: int, outcome: Outcome) -> None:
        if outcome.record is not None and outcome.content_hash is not None:
            store.replace(self._connection, activity_id, athlete_id, outcome.content_hash, outcome.part, outcome.record)

    def _commit_again(
        self, task: Task, outcomes: Sequence[Outcome] | Exception, activity_id: int, athlete_id: int, request: str
    ) -> None:
        if isinstance(outcomes, Exception):
            outcomes = [Outcome(entry="", reason=f"{task.path}: its process died ({outcomes})")]
        with guard(self._path), transaction(self._connection):
            held = self._connection.execute(
                "SELECT content_hash, part FROM activities WHERE activity_id = ?", (activity_id,)
            ).fetchone()
            if held is None:
                return  # removed by another process meanwhile
            ours = next((o for o in outcomes if (o.content_hash, o.part) == held and o.record is not None), None)
            if ours is not None and ours.record is not None:
                self._keep_corrections(ours)
                self._replace(activity_id, athlete_id, ours)
                verdict = "added" if ours.record.is_session else "no session"
                self._note(task, ours, activity_id, verdict, None, request)
                reason = None
            else:
                verdict = "failed"
                why = next((o.reason for o in outcomes if o.reason), f"{task.path}: holds something else now")
                reason = f"{why}; what was known of it is kept"
        self._items.append(
            AddItem(
                path=task.path, entry="".join(task.entries), activity_id=activity_id, outcome=verdict, reason=reason
            )
        )

    def _failed(self, task: Task, reason: str, request: str) -> None:
        with guard(self._path), transaction(self._connection):
            self._note(task, Outcome(entry=""), None, "failed", reason, request)
        self._items.append(AddItem(path=task.path, outcome="failed", reason=reason))

    def _note(
        self, task: Task, outcome: Outcome, activity_id: int | None, verdict: str, reason: str | None, request: str
    ) -> None:
        store.note_file(
            self._connection,
            path=task.path,
            entry=outcome.entry,
            part=outcome.part,
            size=task.size,
            mtime_ns=task.mtime_ns,
            raw_size=outcome.raw_size if outcome.entry else task.size,
            content_hash=outcome.content_hash,
            activity_id=activity_id,
            outcome=verdict,
            reason=reason,
            request=request,
        )


_NOTHING_ASKED: Final = "{}"
_ADD_AGAIN: Final = "Add it from where it lies now, then correct it"
_WITHOUT_ACTIVITY: Final = ("failed", "no recording", "removed")
_SAME_CONTENT: Final = "the same content is there"


def _request(plan: Plan | None, goal: Goal | None) -> str:
    asked = {}
    if plan is not None:
        asked["plan"] = plan_to_text(plan)
    if goal is not None:
        asked["goal"] = goal.text
    return json.dumps(asked)


def _requested(request: str | None) -> tuple[Plan | None, Goal | None]:
    asked = json.loads(request or _NOTHING_ASKED)
    plan = plan_from_text(asked["plan"]) if "plan" in asked else None
    return plan, Goal.parse(asked["goal"]) if "goal" in asked else None
