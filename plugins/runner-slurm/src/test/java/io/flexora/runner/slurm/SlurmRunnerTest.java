package io.flexora.runner.slurm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flexora.api.run.CancelledException;
import io.flexora.api.run.Compatibility;
import io.flexora.api.run.FlexoraException;
import io.flexora.api.run.Runner;
import io.flexora.testkit.fixture.cell.AttemptedCells;
import io.flexora.testkit.host.SuiteHost;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The runner as experiments get it, on a stand-in of Slurm's commands. */
@DisabledOnOs(OS.WINDOWS)
class SlurmRunnerTest {

  @TempDir static Path cache;
  private static SuiteHost host;

  @TempDir Path folder;
  private StandInSlurm slurm;
  private AttemptedCells cells;

  @BeforeAll
  static void start() {
    host = SuiteHost.start(cache, List.of());
  }

  @AfterAll
  static void close() {
    host.close();
  }

  @BeforeEach
  void prepare() throws Exception {
    slurm = new StandInSlurm(folder.resolve("slurm it's"));
    AttemptedCells.program(folder.resolve("cell.sh"));
    cells =
        new AttemptedCells(
            Files.createDirectory(folder.resolve("cells")),
            attempt -> List.of(attempt.toString(), "a word's", "$HOME"),
            Map.of("MALLOC_ARENA_MAX", "it's 1"));
  }

  private Runner runner(String further) {
    return runner("50ms", further);
  }

  private Runner runner(String poll, String further) {
    return host.extension(
        Runner.class,
        "{use: slurm, poll: %s, java: '%s', commands: \"%s\"%s}"
            .formatted(poll, folder.resolve("cell.sh"), slurm.commands(), further),
        host.services(1));
  }

  private void run(String further, String... names) {
    runner(further).run(cells.cells(names), cells);
  }

  private CompletableFuture<Void> begin(String further, String... names) {
    return cells.begin(runner(further), names);
  }

  private BooleanSupplier runs(String cell, int number) {
    return () -> cells.begun(cell, number);
  }

  private void requireNoneLeft() {
    assertThat(slurm.states().values()).doesNotContain("RUNNING", "PENDING");
  }

  @Test
  void runsEachCellOnceAsAJobOfAnArrayAndTellsWhyCellsFail() throws Exception {
    run(", cpus: 2, parallel: 2", "end-1", "report", "crash", "end-2");

    assertThat(cells.results()).isEqualTo(Map.of("end-1", 1, "end-2", 1));
    assertThat(cells.failures()).containsOnlyKeys("report", "crash");
    assertThat(cells.failures().get("report")).isEqualTo("layer 9 of a model with layers 0 to 3");
    assertThat(cells.failures().get("crash")).contains("SIGABRT (exit code 134)", "after ");
    assertThat(cells.started())
        .containsExactlyInAnyOrder("end-1/1", "report/1", "crash/1", "end-2/1");
    assertThat(cells.lost()).isEmpty();
    assertThat(slurm.words("101"))
        .contains("--array=0-3%2", "--no-requeue", "--cpus-per-task=2", "--job-name=flexora-");
    Path attempt = cells.attempt("end-1", 1);
    assertThat(Files.readString(attempt.resolve("environment")))
        .contains("OMP_NUM_THREADS=2\n", "MALLOC_ARENA_MAX=it's 1\n");
    assertThat(Files.readString(attempt.resolve("words")))
        .matches("\\Q" + attempt + " a word's $HOME --parent \\E\\d+\n");
    assertThat(Files.readString(attempt.resolve("place")).strip())
        .isEqualTo(folder.resolve("cells").toRealPath().toString());
  }

  @Test
  void whatIsAskedOfSlurmIsWhatIsWritten() throws Exception {
    run(
        ", partition: long, account: mine, time: 90s, memory: 8g, gpus: 1, gres: 'gpu:a100:1'",
        "end");

    assertThat(slurm.words("101"))
        .contains(
            "--partition=long",
            "--account=mine",
            "--time=2 ",
            "--mem=8G",
            "--gpus=1",
            "--gres=gpu:a100:1");
  }

  @Test
  void aCellWhoseNodeIsLostIsTriedAgainInAFolderOfItsOwn() throws Exception {
    CompletableFuture<Void> run = begin("", "twice", "end");
    AttemptedCells.await(runs("twice", 1));

    slurm.command("fail-node", "101_0");
    run.join();

    assertThat(cells.results()).isEqualTo(Map.of("twice", 2, "end", 1));
    assertThat(cells.lost()).containsExactly("twice/1: the node of its job 101_0 of Slurm failed");
    assertThat(cells.failures()).isEmpty();
    requireNoneLeft();
  }

  @Test
  void aCellWhoseNodesAreLostAgainAndAgainFails() throws Exception {
    CompletableFuture<Void> run = begin(", attempts: 2", "polite");
    AttemptedCells.await(runs("polite", 1));
    slurm.command("fail-node", "101_0");
    AttemptedCells.await(runs("polite", 2));
    slurm.command("fail-node", "102_0");
    run.join();

    assertThat(cells.failures().get("polite"))
        .isEqualTo("the node of its job 102_0 of Slurm failed; that was attempt 2 of 2");
    assertThat(cells.lost()).hasSize(2);
  }

  @Test
  void aResultThatANodeHadWrittenBeforeItWasLostIsTaken() throws Exception {
    CompletableFuture<Void> run = begin("", "polite");
    AttemptedCells.await(runs("polite", 1));
    Files.writeString(cells.attempt("polite", 1).resolve("result"), "before");
    slurm.command("fail-node", "101_0");
    run.join();

    assertThat(cells.results()).isEqualTo(Map.of("polite", 1));
    assertThat(cells.lost()).isEmpty();
  }

  @Test
  void aJobThatAnOperatorCancelsOrThatTakesTooLongFailsItsCellAlone() throws Exception {
    CompletableFuture<Void> run = begin("", "polite-1", "polite-2", "end");
    AttemptedCells.await(runs("polite-1", 1));
    AttemptedCells.await(runs("polite-2", 1));

    slurm.command("scancel", "101_0");
    slurm.command("time-out", "101_1");
    run.join();

    assertThat(cells.failures()).containsOnlyKeys("polite-1", "polite-2");
    assertThat(cells.failures().get("polite-1"))
        .contains("was ended because somebody cancelled its job 101_0 of Slurm");
    assertThat(cells.failures().get("polite-2"))
        .contains("(job 101_1) because it took longer than its time limit; give more by time");
    assertThat(cells.attempt("polite-1", 1).resolve("checkpoint")).exists();
    assertThat(cells.attempt("polite-2", 1).resolve("checkpoint")).exists();
    assertThat(cells.results()).containsOnlyKeys("end");
  }

  @Test
  void aCancellationEndsWhatRunsPolitelyAndWhatWaitsAndLeavesNoJob() throws Exception {
    CompletableFuture<Void> run = begin(", parallel: 1", "polite-1", "end");
    AttemptedCells.await(runs("polite-1", 1));

    cells.cancel();

    assertThatThrownBy(run::join).hasCauseInstanceOf(CancelledException.class);
    requireNoneLeft();
    assertThat(cells.attempt("polite-1", 1).resolve("checkpoint")).exists();
    assertThat(cells.begun("end", 1)).isFalse();
    assertThat(cells.failures()).isEmpty();
  }

  @Test
  void jobsOfACommandThatWasKilledAreEndedBeforeAnyNewOneThoughItNamesTheFolderOtherwise()
      throws Exception {
    // Like one that was killed it does not look again.
    CompletableFuture<Void> killed = cells.begin(runner("10m", ""), "polite");
    AttemptedCells.await(runs("polite", 1));
    Path link = Files.createSymbolicLink(folder.resolve("link"), folder.resolve("cells"));
    AttemptedCells next =
        new AttemptedCells(link, attempt -> List.of(attempt.toString()), Map.of());

    runner("").run(next.cells("end"), next);

    assertThat(slurm.states()).containsEntry("101_0", "CANCELLED");
    assertThat(cells.attempt("polite", 1).resolve("checkpoint")).exists();
    assertThat(next.results()).containsOnlyKeys("end");
    cells.cancel();
    assertThatThrownBy(killed::join).hasCauseInstanceOf(CancelledException.class);
  }

  @Test
  void aJobThatSlurmHasForgottenIsTriedAgainAndEndedWhereItStillRuns() throws Exception {
    CompletableFuture<Void> run = begin("", "twice");
    AttemptedCells.await(runs("twice", 1));
    slurm.is("no-accounts");
    slurm.is("101_0.forgotten");
    AttemptedCells.await(() -> cells.results().containsKey("twice"));
    run.join();

    assertThat(cells.results()).isEqualTo(Map.of("twice", 2));
    assertThat(cells.lost().get(0))
        .contains("101_0 of Slurm is gone (unknown)", "do all nodes share that folder?");
    assertThat(slurm.cancelled()).contains("101_0");
  }

  @Test
  void whyAJobEndedIsFoundInAccountsThatDidNotAnswerBefore() throws Exception {
    CompletableFuture<Void> run = begin("", "twice", "polite");
    AttemptedCells.await(runs("twice", 1));
    AttemptedCells.await(runs("polite", 1));
    slurm.is("no-accounts");
    slurm.is("101_0.forgotten");
    AttemptedCells.await(() -> !cells.lost().isEmpty());
    slurm.isNot("no-accounts");

    // The queue is not seen between the end of the job and its being forgotten.
    slurm.is("silent");
    slurm.command("time-out", "101_1");
    AttemptedCells.await(() -> "TIMEOUT".equals(slurm.states().get("101_1")));
    slurm.is("101_1.forgotten");
    slurm.isNot("silent");
    run.join();

    assertThat(cells.failures()).containsOnlyKeys("polite");
    assertThat(cells.failures().get("polite"))
        .contains("(job 101_1) because it took longer than its time limit; give more by time");
    assertThat(cells.lost()).hasSize(1);
    assertThat(cells.results()).isEqualTo(Map.of("twice", 2));
  }

  @Test
  void aSilentControllerIsWaitedFor() throws Exception {
    CompletableFuture<Void> run = begin("", "twice");
    AttemptedCells.await(runs("twice", 1));
    slurm.is("silent");
    slurm.command("fail-node", "101_0");
    TimeUnit.MILLISECONDS.sleep(700);
    assertThat(cells.lost()).isEmpty();
    slurm.isNot("silent");
    run.join();

    assertThat(cells.results()).isEqualTo(Map.of("twice", 2));
  }

  @Test
  void aSilentControllerIsWaitedForWithAJobToSubmitToo() throws Exception {
    CompletableFuture<Void> run = begin("", "polite", "twice");
    AttemptedCells.await(runs("polite", 1));
    AttemptedCells.await(runs("twice", 1));
    slurm.is("refused");
    slurm.command("fail-node", "101_1");
    AttemptedCells.await(() -> !cells.lost().isEmpty());
    TimeUnit.MILLISECONDS.sleep(700);
    assertThat(run).isNotDone();
    slurm.isNot("refused");
    AttemptedCells.await(() -> cells.results().containsKey("twice"));

    assertThat(cells.attempt("polite", 1).resolve("checkpoint")).doesNotExist();
    slurm.command("scancel", "101_0");
    run.join();
    assertThat(cells.lost()).hasSize(1);
    requireNoneLeft();
  }

  @Test
  void jobsWhoseSubmissionWasNotAnsweredAreEndedAndTheirCellsSubmittedAgain() throws Exception {
    slurm.is("unanswered");
    run("", "twice");

    assertThat(cells.results()).isEqualTo(Map.of("twice", 2));
    assertThat(cells.lost()).isEmpty();
    assertThat(slurm.cancelled()).contains("101_0");
    assertThat(slurm.states()).containsEntry("101_0", "CANCELLED");
  }

  @Test
  void jobsThatWaitAreToldOnceAndRunWhenTheyMay() throws Exception {
    slurm.holds("Priority");
    CompletableFuture<Void> run = begin("", "end-1", "end-2");
    AttemptedCells.await(() -> !cells.notices().isEmpty());
    TimeUnit.MILLISECONDS.sleep(500);
    assertThat(cells.notices())
        .containsExactly(
            "end-1/1: waits (Priority): Slurm runs none of the 2 jobs in its queue yet");
    slurm.isNot("held");
    run.join();

    assertThat(cells.results()).isEqualTo(Map.of("end-1", 1, "end-2", 1));
  }

  @Test
  void aJobThatIsHeldIsToldAtOnce() throws Exception {
    slurm.holds("JobHeldAdmin");
    CompletableFuture<Void> run = begin(", start_timeout: 10m", "end");
    AttemptedCells.await(() -> !cells.notices().isEmpty());
    assertThat(cells.notices())
        .first()
        .isEqualTo("end/1: waits: Slurm does not start its job 101_0 as things are (JobHeldAdmin)");
    slurm.isNot("held");
    run.join();
  }

  @Test
  void jobsOfWhichNoneStartsInTimeAreGivenUpAndCancelled() throws Exception {
    slurm.holds("Resources");
    assertThatThrownBy(() -> run(", start_timeout: 1s", "end-1", "end-2"))
        .isInstanceOf(FlexoraException.class)
        .hasMessageContaining("run none of the 2 jobs in its queue for 1s, the start_timeout")
        .hasMessageContaining("job 101_0 waits (Resources). Ask for less");
    assertThat(slurm.states()).containsValues("CANCELLED").hasSize(2);
    requireNoneLeft();
    assertThat(cells.started()).isEmpty();
    assertThat(cells.failures()).isEmpty();
  }

  @Test
  void aLongCellIsNoReasonToGiveUp() throws Exception {
    CompletableFuture<Void> run = begin(", start_timeout: 3s, parallel: 1", "polite", "end");
    AttemptedCells.await(runs("polite", 1));
    TimeUnit.SECONDS.sleep(4);
    assertThat(run).isNotDone();
    slurm.command("scancel", "101_0");
    run.join();
    assertThat(cells.results()).containsOnlyKeys("end");
  }

  @ParameterizedTest
  @CsvSource({
    "JobHeldUser, true",
    "BadConstraints, true",
    "PartitionTimeLimit, true",
    "QOSMaxCpuPerJobLimit, true",
    "(launch failed requeued held), true",
    "Resources, false",
    "Priority, false",
    "JobArrayTaskLimit, false",
    "QOSMaxJobsPerUserLimit, false",
    "AssocGrpCpuLimit, false",
    "'', false"
  })
  void waitingEndsSomeReasonsAndOthersNot(String reason, boolean stuck) {
    assertThat(JobState.isStuck(reason)).isEqualTo(stuck);
  }

  @Test
  void aProcessThatEndsWellWithoutAResultFails() {
    run("", "empty");

    assertThat(cells.failures().get("empty"))
        .contains("ended well, but its result is not whole in " + cells.attempt("empty", 1));
  }

  @Test
  void moreCellsThanAnArrayHoldsAreSubmittedOneAfterTheOther() throws Exception {
    run(", array_size: 2", "end-1", "end-2", "end-3", "end-4", "end-5");

    assertThat(cells.results()).hasSize(5);
    assertThat(slurm.states()).hasSize(5);
    assertThat(slurm.words("101")).contains("--array=0-1 ");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"--job-name=mine", "--clusters=b", "--array=0-3", "--cpus-per-task=2", "--out=x"})
  void anArgumentThatFlexoraGivesItselfIsRefused(String argument) {
    assertThatThrownBy(() -> runner(", arguments: [--qos=long, %s]".formatted(argument)))
        .isInstanceOf(FlexoraException.class)
        .hasMessageContaining("configuration():2:")
        .hasMessageContaining(
            "arguments: '%s' is an argument that Flexora gives itself".formatted(argument));
  }

  @ParameterizedTest
  @ValueSource(strings = {"--nodelist=a", "--ntasks-per-core=1", "--wait-all-nodes=1"})
  void aFurtherArgumentIsTaken(String argument) {
    assertThatCode(() -> runner(", arguments: ['%s']".formatted(argument)))
        .doesNotThrowAnyException();
  }

  @Test
  void whatSlurmDoesNotTakeIsToldBeforeThereIsACell() {
    assertThatThrownBy(
            () ->
                Compatibility.require(
                    runner(", partition: gone")::checkCompatibility, options -> options))
        .isInstanceOf(FlexoraException.class)
        .hasMessageContaining("Slurm takes no job with these options")
        .hasMessageContaining("invalid partition specified: gone");
    Runner without =
        host.extension(Runner.class, "{use: slurm, commands: /no/such}", host.services(1));
    assertThatThrownBy(() -> Compatibility.require(without::checkCompatibility, options -> options))
        .hasMessageContaining("runner 'slurm' needs the commands of Slurm");
    Compatibility.require(runner(", time: 2h")::checkCompatibility, options -> options);
  }
}
