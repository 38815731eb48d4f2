package io.flexora.model.encoder.family;

import io.flexora.api.adapter.ModuleShape;
import io.flexora.numerics.torch.ScriptText;
import io.flexora.transformers.checkpoint.FrozenArrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * An encoder as its family describes it.
 *
 * @param modelType the name of the family in a {@code config.json}
 * @param prefix the prefix of its tensors in a model with a head, such as {@code bert.}
 * @param sizes its dimensions
 * @param modules the modules of a layer that can be adapted, in the order of the forward pass
 * @param defaultTargets the names of the modules that PEFT adapts by default
 * @param arrays the arrays that the text computes with
 * @param text the methods {@code embedded} and {@code layer}
 * @param classifier the classifier in the folder, where heads start from it
 */
public record Encoder(
    String modelType,
    String prefix,
    Sizes sizes,
    List<ModuleShape> modules,
    List<String> defaultTargets,
    FrozenArrays arrays,
    ScriptText text,
    Optional<OwnClassifier> classifier) {

  /** Copies the lists. */
  public Encoder {
    modules = List.copyOf(modules);
    defaultTargets = List.copyOf(defaultTargets);
  }

  /**
   * The dimensions of an encoder.
   *
   * @param vocabulary the rows of the token embedding
   * @param positions the tokens of the longest text
   */
  public record Sizes(
      int layers, int hidden, int heads, int intermediate, int vocabulary, int positions) {}

  /**
   * The name of a tensor as {@link #arrays} has it. Files of models without a head leave out the
   * prefix, and old ones call the weight and bias of a norm gamma and beta.
   *
   * @return empty for a tensor that is not computed with, such as one of a head
   */
  public Optional<String> tensorName(String inFiles) {
    String name = inFiles.replaceFirst("\\.gamma$", ".weight").replaceFirst("\\.beta$", ".bias");
    return Stream.of(name, prefix + name).filter(arrays::has).findFirst();
  }
}
