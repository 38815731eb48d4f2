package io.flexora.experiment.cell;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.flexora.api.data.Example;
import io.flexora.api.data.Split;
import io.flexora.api.evaluate.Evaluation;
import io.flexora.api.head.Answer;
import io.flexora.api.input.Tokens;
import io.flexora.api.model.AdaptedModel;
import io.flexora.api.run.CancelledException;
import io.flexora.api.run.Event;
import io.flexora.api.run.Monitor;
import io.flexora.api.run.Phase;
import io.flexora.api.run.Progress;
import io.flexora.experiment.inputs.ExperimentData;
import io.flexora.results.run.CellAnswers;
import io.flexora.results.run.CellOutcome;
import io.flexora.results.run.RunEvent;
import io.flexora.runstore.CellFolder;
import io.flexora.runstore.PeakMemory;
import io.flexora.runstore.RunMonitor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;

/** The phases of a cell, as the run's record tells of them. */
public record CellPhases(RunScope run, String cell) {

  /** What is damaged is made again, with what was made from it. */
  void removeDamaged(CellFolder folder) {
    folder
        .removeDamaged()
        .ifPresent(what -> run.monitor(cell, "").notice(what + ". It is made again."));
  }

  /** Runs a phase between the marks of its start and its end, or its failure. */
  <T> T measured(Phase phase, Supplier<T> work) {
    RunMonitor monitor = run.monitor(cell, "");
    try (PeakMemory peak = PeakMemory.start()) {
      PhaseRecord.start(monitor, phase);
      T result = marked(work, () -> PhaseRecord.fail(monitor, phase));
      PhaseRecord.end(monitor, phase, peak.bytes());
      return result;
    }
  }

  /** Does the work; a failure, which being cancelled is not, is marked. */
  private static <T> T marked(Supplier<T> work, Runnable failure) {
    try {
      return work.get();
    } catch (CancelledException e) {
      throw e;
    } catch (RuntimeException | Error e) {
      try {
        failure.run();
      } catch (RuntimeException unwritten) {
        // Such as on a full disk, which may be what has failed.
        e.addSuppressed(unwritten);
      }
      throw e;
    }
  }

  /** Evaluates on the test examples. */
  interface OnExamples {

    /**
     * Evaluates.
     *
     * @param inputs the test examples
     * @param monitor is told of the steps
     */
    Evaluation of(TestInputs inputs, Monitor monitor);
  }

  /** The evaluation of a model. */
  static OnExamples evaluating(AdaptedModel model, NDArray theta, NDManager manager) {
    return (inputs, monitor) -> inputs.evaluate(model, theta, manager, monitor);
  }

  /** Evaluates on the test examples and on each further test set, and writes the predictions. */
  CellEvaluations evaluated(ExperimentData data, CellFolder folder, OnExamples evaluating) {
    CellEvaluations evaluations = measured(Phase.EVALUATE, () -> onAll(data, evaluating));
    keep(folder, data, evaluations.own());
    evaluations.writeTestSets(folder);
    return evaluations;
  }

  private CellEvaluations onAll(ExperimentData data, OnExamples evaluating) {
    Map<String, ExperimentData> testSets = data.testSets();
    RunMonitor monitor = run.monitor(cell, Phase.EVALUATE.word());
    long total = examples(data) + testSets.values().stream().mapToLong(CellPhases::examples).sum();
    long before = examples(data);
    TestInputs own = TestInputs.own(data);
    Evaluation ofOwn = evaluating.of(own, new PartMonitor(monitor, 0, total));
    Map<String, Evaluation> further = new LinkedHashMap<>();
    for (Map.Entry<String, ExperimentData> testSet : testSets.entrySet()) {
      TestInputs next = own.further(testSet.getValue(), ofOwn);
      further.put(testSet.getKey(), evaluating.of(next, new PartMonitor(monitor, before, total)));
      before += examples(testSet.getValue());
    }
    return new CellEvaluations(ofOwn, further);
  }

  private static long examples(ExperimentData data) {
    return data.tokens(Split.TEST).size();
  }

  private void keep(CellFolder folder, ExperimentData data, Evaluation evaluation) {
    folder.writePredictions(evaluation.predictions());
    List<Example> examples = data.tokens(Split.TEST).stream().map(Tokens::example).toList();
    boolean texts = run.configuration().data().exampleTexts();
    CellAnswers answers =
        data.head().answers() == Answer.Choice.class
            ? AnswerSummary.of(examples, evaluation.predictions(), texts)
            : AnswerSummary.ofFindings(data.head(), examples, evaluation.predictions(), texts);
    if (!answers.isEmpty()) {
      folder.writeAnswers(answers);
    }
  }

  /** The time of each phase, as the run's record tells. */
  Map<String, Double> seconds(List<RunEvent> record) {
    return PhaseRecord.seconds(record, cell);
  }

  /** Whether the run's record tells the start of a phase. */
  public boolean haveBegun(Phase phase) {
    return PhaseRecord.hasBegun(run.record(), cell, phase);
  }

  /** Whether the run's record tells the end of a phase. */
  boolean haveEnded(Phase phase) {
    return PhaseRecord.hasEnded(run.record(), cell, phase);
  }

  /** The peak memory of each phase, as the run's record tells. */
  Map<String, Long> peakMemoryBytes(List<RunEvent> record) {
    Map<String, Long> memory = new TreeMap<>();
    for (Phase phase : Phase.values()) {
      memory.put(phase.word(), PhaseRecord.peakBytes(record, cell, phase));
    }
    return memory;
  }

  /** Writes the outcome of a cell that failed. */
  public CellOutcome failed(String cause) {
    CellOutcome outcome = CellOutcome.failed(run.configuration().seed(), run.versions(), cause);
    run.folder().cell(cell).writeOutcome(outcome);
    return outcome;
  }

  /**
   * The monitor of one part of a phase.
   *
   * @param phase that of the phase
   * @param before the steps of the parts before this one
   * @param total the steps of all parts
   */
  private record PartMonitor(Monitor phase, long before, long total) implements Monitor {

    @Override
    public void step(Progress progress) {
      phase.step(progress.at(before + progress.done(), total));
    }

    @Override
    public void event(Event event) {
      phase.event(event);
    }

    @Override
    public void notice(String sentence) {
      phase.notice(sentence);
    }
  }
}
