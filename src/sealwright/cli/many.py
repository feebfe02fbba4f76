"""One command over many images: its flags, its names, its results in order, and how it ends."""

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Generic, TypeVar

import click
import msgspec

from sealwright.cli import exit_codes, names, options
from sealwright.cli.flag_group import flag_group
from sealwright.cli.progress import Bar
from sealwright.cli.reaching import RegistryFlags, context_for
from sealwright.cli.stopping import StoppedError, stoppable
from sealwright.errors import UsageError
from sealwright.workflow.authorities import Source
from sealwright.workflow.bulk import Bulk
from sealwright.workflow.context import Context
from sealwright.workflow.naming import Named, Naming, registry_of
from sealwright.workflow.outcome import Result
from sealwright.workflow.patience import Patience

if TYPE_CHECKING:
    from sealwright.workflow.journal import Journal

__all__ = ["ManyFlags", "Run", "many_flags"]

Kind = TypeVar("Kind", bound=Result)

_RETRIES = 2


class ManyFlags(msgspec.Struct, frozen=True):
    """The values of the flags that `many_flags` adds."""

    all_tags: bool = False
    repository: tuple[str, ...] = ()
    retries: int = _RETRIES
    stall_timeout: float | None = None
    quiet: bool = False
    resume: Path | None = None


many_flags = flag_group(
    "many",
    ManyFlags,
    click.option("--all-tags", is_flag=True, help="Each IMAGE names a repository; all its tags are meant."),
    click.option(
        "--repository", multiple=True, metavar="REPOSITORY", help="All tags of it too; may be repeated."
    ),
    click.option(
        "--retries",
        type=click.IntRange(0, 1000),
        default=_RETRIES,
        show_default=True,
        help="How often an image is tried again when its registry did not answer well or in time.",
    ),
    click.option(
        "--stall-timeout",
        type=click.FloatRange(0, min_open=True),
        metavar="SECONDS",
        help="How long a registry may be silent in the middle of a request.",
    ),
    click.option("-q", "--quiet", is_flag=True, help="No progress, and no word on what is good."),
    click.option(
        "--resume",
        type=options.path_type,
        metavar="FILE",
        help="Keep a journal in FILE; if it is there, go on where that run ended.",
    ),
)
"""Add the flags to a command, which gets their values together as `many`."""


class Run(Generic[Kind]):
    """One run.

    Args:
        images: names of the command line.
        many: the flags.
        registry: the flags for registries.
        code: the exit code of one result.
        word: the word under which the progress line counts a result.
        words: all of those, in their order.
        scope: the name for policies of what is in no registry.
        both_backends: both OpenPGP programs verify, whatever the settings say.
        revocation: where answers about the revocation of certificates come from.
        vault_keys: files of exported keys of vaults.

    Attributes:
        single: whether exactly one image was named, and nothing that may be many.
        bar: the progress line.
        code: the exit code so far.
        done: how many results were given out.
        patience: with registries.

    Raises:
        UsageError: no image is named.
    """

    def __init__(
        self,
        images: tuple[str, ...],
        many: ManyFlags,
        registry: RegistryFlags,
        *,
        code: Callable[[Kind], int],
        word: Callable[[Kind], str],
        words: tuple[str, ...],
        scope: str = "",
        both_backends: bool = False,
        revocation: Source = Source(),  # noqa: B008  # a constant
        vault_keys: tuple[Path, ...] = (),
    ) -> None:
        if not images and not many.repository:
            raise click.UsageError("Missing argument 'IMAGE...'.", click.get_current_context(silent=True))
        self._images = images
        self._many = msgspec.structs.replace(many, repository=tuple(map(names.readable, many.repository)))
        self._registry = registry
        self._scope = scope
        self._both_backends = both_backends
        self._revocation = revocation
        self._vault_keys = vault_keys
        self._code_of = code
        self._word_of = word
        self.single = len(images) == 1 and images != ("-",) and not many.repository and not many.all_tags
        self.bar = Bar(words, quiet=many.quiet or self.single)
        self.patience = Patience(many.retries, registry.timeout)
        self.code = exit_codes.ACCEPTED
        self.done = 0

    @contextmanager
    def results(
        self, job: Callable[[Context], Callable[[Named], Kind]], journal: "Journal[Kind] | None" = None
    ) -> Iterator[Iterator[Kind]]:
        """The results, in the order of the names, while the block runs.

        Where a signal ends the run, the iteration raises `StoppedError`, which ends the block; `code` says
        which signal came, and the user is told how to go on.

        Args:
            job: makes what is called for each image, from several threads.
            journal: knows what was settled before, and takes what is found out now.

        Raises:
            UsageError: in the iteration: there was no image.
            StorageError: in the iteration: the journal cannot be written.
        """
        fixed = self._known_before()
        with context_for(
            self._registry,
            fixed,
            events=self.bar.tell,
            scope=self._scope,
            silence=self._many.stall_timeout,
            reads_many=not self.single,
            both_backends=self._both_backends,
            revocation=self._revocation,
            vault_keys=self._vault_keys,
        ) as context:
            work = job(context)
            if journal is not None:
                work = journal.remembering(work, context.clock)
            bulk = Bulk(self._watched(work), lambda named: named.registry)

            def stop() -> None:
                self.patience.stop()
                bulk.interrupt()

            try:
                with stoppable(stop) as state, closing(bulk.results(self._named(context))) as found:
                    yield self._counted(found, bulk)
            except StoppedError:
                self.bar.close()
                self._say_how_to_go_on()
            finally:
                self.bar.close()
                if state.number:
                    self.code = state.exit_code

    def _say_how_to_go_on(self) -> None:
        said = "interrupted"
        if self._many.resume is not None:
            again = f"--resume {self._many.resume}"
            said += f" after {self.done} image(s); the same command goes on where it ended: {again}"
        elif not self.single:
            said += f" after {self.done} image(s); with --resume FILE a run can be gone on with"
        click.echo(said, err=True)

    def _known_before(self) -> list[str]:
        """The names that say which registries a password, or the lack of TLS, is about: all are read first.

        Without such a flag none have to be known before.
        """
        if not self._registry.username and not self._registry.insecure_registry:
            return []
        self._images = tuple(names.typed(self._images))
        return [name for name in (*self._images, *self._many.repository) if registry_of(name)]

    def _named(self, context: Context) -> Iterator[Named]:
        naming = Naming(context, self.patience)
        images = names.typed(self._images)
        return naming.names(images, self._many.repository, all_tags=self._many.all_tags)

    def _watched(self, work: Callable[[Named], Kind]) -> Callable[[Named], Kind]:
        def watched(named: Named) -> Kind:
            result = work(named)
            self.bar.step(self._word_of(result))
            return result

        return watched

    def _counted(self, found: Iterator[Kind], bulk: Bulk[Named, Kind]) -> Iterator[Kind]:
        for result in found:
            if bulk.fed is not None:
                self.bar.expect(bulk.fed)
            self.code = exit_codes.worst((self.code, self._code_of(result)))
            self.done += 1
            yield result
        if bulk.interrupted:
            raise StoppedError
        if not self.done:
            raise UsageError("usage.no-images")
