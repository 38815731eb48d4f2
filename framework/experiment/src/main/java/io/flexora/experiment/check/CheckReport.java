package io.flexora.experiment.check;

import io.flexora.api.adapter.ModuleShape;
import io.flexora.api.cost.Workload;
import io.flexora.api.model.ModelShape;
import io.flexora.api.run.Decisions.Decision;
import io.flexora.experiment.estimate.Expectation;
import io.flexora.experiment.estimate.MemoryEstimate;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The report of a check of an experiment, made without loading the weights or training anything.
 *
 * @param configuration the resolved configuration, as YAML
 * @param device where it would compute, in words
 * @param devicePresent whether this machine has that device
 * @param model what the model looks like
 * @param modules the modules that would be adapted in each chosen layer, with the trainable
 *     parameters of each
 * @param parametersPerLayer the trainable parameters of one adapted layer
 * @param headParameters the trainable parameters of the head; 0 if there is none
 * @param training what the training of a cell takes
 * @param cells the cells that would run, the main one first
 * @param classes the classes of the task; empty if answers are judged by their likelihood
 * @param objective the name of what is learnt where there are no classes
 * @param learnt what that is, in words
 * @param splits the size of each split and, as {@code test/NAME}, of each further test set
 * @param memory about how much memory it takes
 * @param examples a few training examples as the model sees them
 * @param contested the choices of an extension that more than one plugin brings, each in one line
 * @param notices what a run says before it begins, each a sentence
 * @param decisions what the options mean here that the configuration leaves to the machine
 * @param refusal why a run would not begin here, where this machine has no memory or place for it;
 *     empty if it would
 * @since 0.1
 */
public record CheckReport(
    String configuration,
    String device,
    boolean devicePresent,
    ModelShape model,
    List<AdaptedModule> modules,
    long parametersPerLayer,
    long headParameters,
    Workload training,
    Map<String, CheckedCell> cells,
    List<String> classes,
    String objective,
    String learnt,
    Map<String, SplitSize> splits,
    MemoryEstimate memory,
    List<ShownExample> examples,
    List<String> contested,
    List<String> notices,
    Map<String, Decision> decisions,
    Optional<String> refusal) {

  /**
   * A module that would be adapted.
   *
   * @param module the module
   * @param parameters its trainable parameters in one layer
   */
  public record AdaptedModule(ModuleShape module, long parameters) {}

  /**
   * A cell that would run.
   *
   * @param strategy the name of its selector
   * @param cost what its selector takes
   * @param expectation what measurements elsewhere let expect of it; empty of a posterior's cell,
   *     and where nothing was measured of its selector
   */
  public record CheckedCell(String strategy, Workload cost, Optional<Expectation> expectation) {}

  /**
   * The size of a split, or of a further test set.
   *
   * @param examples how many examples it has
   * @param tokens how many tokens they have together, each with its longest choice
   * @param labelledTokens how many tokens the loss counts; 0 where a head judges the whole text
   * @param longest the tokens of the longest
   * @param truncatedExamples how many prompts were cut to fit; an answer never is
   * @param truncatedTokens how many tokens were cut in them
   */
  public record SplitSize(
      int examples,
      long tokens,
      long labelledTokens,
      int longest,
      int truncatedExamples,
      long truncatedTokens) {}

  /**
   * An example as the model sees it.
   *
   * @param id where it comes from
   * @param tokens the tokens that all its choices share; all of them where a head judges the text
   * @param choices what follows them in each choice
   * @param answer the right answer
   */
  public record ShownExample(
      String id, List<ShownToken> tokens, List<ShownChoice> choices, String answer) {}

  /**
   * A choice as the model sees it.
   *
   * @param right whether it is a right one
   * @param tokens its tokens
   */
  public record ShownChoice(boolean right, List<ShownToken> tokens) {}

  /**
   * A token.
   *
   * @param id its number
   * @param text its text
   * @param labelled whether the loss counts it; no token is where a head judges the whole text
   */
  public record ShownToken(int id, String text, boolean labelled) {}

  /**
   * How much longer the search of a cell takes than its training, if a product with the Hessian
   * takes as long as two gradients; 0 for a selector that looks at no example.
   */
  public double searchOfTraining(String cell) {
    double search = cells.get(cell).cost().equivalentGradients();
    return search == 0 ? 0 : search / training.equivalentGradients();
  }

  /** How many training examples there are. */
  public int trainingExamples() {
    return splits.get("train").examples();
  }

  /** How often the training sees each of them, on average. */
  public double passes() {
    return (double) training.trainingGradients().examples() / trainingExamples();
  }

  /** The trainable parameters with every layer adapted, head included. */
  public long parametersOfAllLayers() {
    return parametersPerLayer * model.layers() + headParameters;
  }
}
