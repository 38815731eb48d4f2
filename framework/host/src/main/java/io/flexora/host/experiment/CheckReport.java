package io.flexora.host.experiment;

import io.flexora.api.adapter.ModuleShape;
import io.flexora.api.model.ModelShape;
import java.util.List;
import java.util.Map;

/**
 * What an experiment would do, found out without loading the weights or training anything.
 *
 * @param configuration the resolved configuration, as YAML
 * @param device where it would compute, in words
 * @param model what the model looks like
 * @param modules the modules that would be adapted in each chosen layer, with the trainable
 *     parameters of each
 * @param parametersPerLayer the trainable parameters of one adapted layer
 * @param headParameters the trainable parameters of the head; 0 if there is none
 * @param cells the cells that would run, each with its strategy
 * @param classes the classes of the task; empty if answers are judged by their likelihood
 * @param splits the size of each split
 * @param memory about how much memory it takes
 * @param examples a few training examples as the model sees them
 * @since 0.1
 */
public record CheckReport(
    String configuration,
    String device,
    ModelShape model,
    List<AdaptedModule> modules,
    long parametersPerLayer,
    long headParameters,
    Map<String, String> cells,
    List<String> classes,
    Map<String, SplitSize> splits,
    MemoryEstimate memory,
    List<ShownExample> examples) {

  /**
   * A module that would be adapted.
   *
   * @param module the module
   * @param parameters its trainable parameters in one layer
   */
  public record AdaptedModule(ModuleShape module, long parameters) {}

  /**
   * The size of a split.
   *
   * @param examples how many examples it has
   * @param tokens how many tokens they have together
   * @param longest the tokens of the longest
   * @param truncatedExamples how many were cut to fit
   */
  public record SplitSize(int examples, long tokens, int longest, int truncatedExamples) {}

  /**
   * An example as the model sees it.
   *
   * @param id where it comes from
   * @param tokens its tokens
   * @param answer the right answer
   */
  public record ShownExample(String id, List<ShownToken> tokens, String answer) {}

  /**
   * A token.
   *
   * @param id its number
   * @param text its text
   * @param labelled whether the loss counts it; no token is where a head judges the whole text
   */
  public record ShownToken(int id, String text, boolean labelled) {}

  /** The trainable parameters with every layer adapted, head included. */
  public long parametersOfAllLayers() {
    return parametersPerLayer * model.layers() + headParameters;
  }
}
