"""Running tasks here, on this machine's cores, or on any executor of the `concurrent.futures` kind.

Results come as they are ready and only a bounded number of tasks is under way, so that memory stays flat whatever the
number of files. A task that kills its process (out of memory, a crash) comes back as the error that met it; the pool is
replaced and the others are run again.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import (
    FIRST_COMPLETED,
    BrokenExecutor,
    CancelledError,
    Executor,
    Future,
    InvalidStateError,
    ProcessPoolExecutor,
    as_completed,
    wait,
)
from contextlib import contextmanager
from functools import partial
from itertools import islice
from multiprocessing import resource_tracker
from typing import Final, ParamSpec, TypeVar

from ..errors import SeasonError

T = TypeVar("T")
R = TypeVar("R")
P = ParamSpec("P")

THREAD_VARIABLES: Final = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS")
"""What a new process reads before it starts threads for linear algebra."""

UNDER_WAY_PER_JOB: Final = 4  # enough that no process waits, few enough to hold in memory
UNDER_WAY_ELSEWHERE: Final = 256  # a cluster is further away


def results(
    function: Callable[[T], R], tasks: Iterable[T], *, jobs: int = 1, executor: Executor | None = None
) -> Iterator[tuple[T, R | Exception]]:
    """Yield each task with its result, as they come, or with the error that met it.

    Parameters
    ----------
    function : callable
        Importable by name where it is to run in another process.
    tasks : iterable
        Taken as they are needed.
    jobs : int
        Processes of a pool of our own; 1 runs in this process.
    executor : concurrent.futures.Executor, optional
        Used in place of a pool of our own; it is not shut down.

    Raises
    ------
    SeasonError
        If the executor itself stops working.
    """
    if executor is not None:
        try:
            yield from _under_way(function, iter(tasks), executor, UNDER_WAY_ELSEWHERE)
        except (BrokenExecutor, CancelledError) as error:
            raise SeasonError(
                f"the executor stopped working ({error or type(error).__name__})",
                hint="What was committed is kept; call add() again to complete the work",
            ) from error
    elif jobs <= 1:
        for task in tasks:
            yield task, function(task)
    else:
        yield from _own_pool(function, iter(tasks), jobs)


@contextmanager
def process_pool(jobs: int) -> Iterator[ProcessPoolExecutor]:
    """Open a pool whose processes start clean on every platform: forking a process with threads can deadlock.

    Linear algebra is kept to one thread a process, unless the user said otherwise: the processes are the threads.
    """
    set_here = [name for name in THREAD_VARIABLES if name not in os.environ]
    os.environ.update(dict.fromkeys(set_here, "1"))
    try:
        _start_tracker()
        context = multiprocessing.get_context("spawn")
        pool = _Pool(max_workers=jobs, mp_context=context, initializer=_leave_with_parent)
        try:
            yield pool
        except BaseException:
            threading.excepthook = partial(_not_of_what_was_cancelled, threading.excepthook)
            pool.leave_answers_to_processes()
            pool.shutdown(wait=False, cancel_futures=True)
            raise
        pool.shutdown()
    finally:
        for name in set_here:
            os.environ.pop(name, None)


class _Pool(ProcessPoolExecutor):
    """A pool whose processes do not hear Ctrl-C, nor that the terminal is closed.

    Both go to every process of a terminal, and one is to answer: the others end with it.
    """

    def submit(self, fn: Callable[P, R], /, *args: P.args, **kwargs: P.kwargs) -> Future[R]:
        """Take on a piece of work; where that starts a process, it inherits that the signal is held back."""
        if not hasattr(signal, "pthread_sigmask"):
            return super().submit(fn, *args, **kwargs)
        before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGHUP})
        try:
            # This process of Python's own lets Ctrl-C by again when it is started: it has to be there before.
            resource_tracker.ensure_running()
            signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
            return super().submit(fn, *args, **kwargs)
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)

    def leave_answers_to_processes(self) -> None:
        """Close the end of the pipe, kept here as well, by which the processes answer.

        A signal to all of them may end each in the middle of an answer. What waits here for the rest of it, at exit
        for ever, learns that none comes only when nobody holds that end any more.
        """
        answers = getattr(getattr(self, "_result_queue", None), "_writer", None)
        if answers is not None:
            answers.close()


def _start_tracker() -> None:
    """Start the process of Python's own that clears away what a pool shares, before it is needed.

    The end of the terminal must not reach it: one started in its place knows of nothing, and says so. What it says, to
    where standard error goes as it starts, is of what a signal left of a pool, and nothing for a runner.
    """
    with _held_back("SIGHUP"):
        try:
            aside = os.dup(2)
        except OSError:
            return
        try:
            with open(os.devnull, "wb") as nowhere:
                os.dup2(nowhere.fileno(), 2)
            resource_tracker.ensure_running()
        finally:
            os.dup2(aside, 2)
            os.close(aside)


@contextmanager
def _held_back(name: str) -> Iterator[None]:
    """Hold a signal back meanwhile; a process that is started inherits that."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {getattr(signal, name)})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _not_of_what_was_cancelled(
    said: Callable[[threading.ExceptHookArgs], object], args: threading.ExceptHookArgs
) -> None:
    """Say what ended a thread, unless it is the one that minds a pool and found its work cancelled already."""
    if not issubclass(args.exc_type, InvalidStateError):
        said(args)


def _leave_with_parent() -> None:
    """End this process when the one that started it is gone: killed, it cannot tell its pool to stop."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process()
    if parent is None:
        return

    def watch() -> None:
        parent.join()
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


def usable_cores() -> int:
    """Return the cores this process may use (a container's share, where the system tells)."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _under_way(
    function: Callable[[T], R], tasks: Iterator[T], executor: Executor, at_most: int
) -> Iterator[tuple[T, R | Exception]]:
    waiting: dict[Future[R], T] = {}
    try:
        while True:
            for task in islice(tasks, at_most - len(waiting)):
                waiting[executor.submit(function, task)] = task
            if not waiting:
                return
            done, _ = wait(waiting, return_when=FIRST_COMPLETED)
            for future in done:
                try:
                    result: R | Exception = future.result()
                except (BrokenExecutor, CancelledError):
                    raise
                except Exception as error:  # a remote worker lost with its task, a result that cannot travel
                    result = error
                yield waiting.pop(future), result
    finally:
        for future in waiting:
            future.cancel()


def _own_pool(function: Callable[[T], R], tasks: Iterator[T], jobs: int) -> Iterator[tuple[T, R | Exception]]:
    unanswered: list[T] = []

    def noted() -> Iterator[T]:
        for task in tasks:
            unanswered.append(task)
            yield task

    while True:
        with process_pool(jobs) as pool:
            try:
                # All are started at once: one alone would be, and be waited for, before the next.
                next(as_completed([pool.submit(_ready) for _ in range(jobs)])).result()
            except BrokenExecutor as error:
                raise SeasonError(
                    "the processes of the pool do not start",
                    hint='In a script of your own call add() under if __name__ == "__main__":, or use jobs=1',
                ) from error
            try:
                for task, result in _under_way(function, noted(), pool, jobs * UNDER_WAY_PER_JOB):
                    unanswered.remove(task)
                    yield task, result
                return
            except BrokenExecutor:
                pass
        # One of these killed its process; each is run by itself, so that only that one is lost.
        while unanswered:
            task = unanswered.pop()
            yield task, _alone(function, task)


def _alone(function: Callable[[T], R], task: T) -> R | Exception:
    with process_pool(1) as pool:
        try:
            return pool.submit(function, task).result()
        except Exception as error:
            return error


def _ready() -> None:
    """Show that a process has started."""
