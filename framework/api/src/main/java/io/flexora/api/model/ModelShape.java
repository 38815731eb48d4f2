package io.flexora.api.model;

import ai.djl.ndarray.types.Shape;
import io.flexora.api.adapter.ModuleShape;
import io.flexora.api.head.Head;
import io.flexora.api.head.PretrainedHead;
import io.flexora.api.run.FlexoraException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The layers, modules and sizes of a model, with its names and abilities.
 *
 * @param family the architecture, such as {@code bert}
 * @param layers the transformer layers, numbered from 0 at the input
 * @param hiddenSize the width of the hidden states
 * @param maxTokens the longest sequence the model takes, in tokens
 * @param modules the modules of each layer that can be adapted, in the order of the forward pass
 * @param defaultTargets the names of the modules adapted where nothing is said
 * @param frozenParameters the parameters of the model itself
 * @param computeType the type that the frozen layers compute in, such as {@code float32}
 * @param weightBytes the bytes that the weights take in it
 * @param taskType the PEFT task type, such as {@code SEQ_CLS}
 * @param vocabulary the tokens that the model's own head tells apart; 0 if it has none
 * @param baseModel the name of the model in PEFT's {@code base_model_name_or_path}; see {@link
 *     io.flexora.api.source.Sources#publicName}
 * @param baseRevision the version of it in PEFT's {@code revision}; see {@link
 *     io.flexora.api.source.Sources#publicRevision}
 * @param abilities the abilities of the loaded model, and of it with adapters
 * @param lacking of abilities that other options of the model would give it, why it lacks them and
 *     what to set
 * @param head the classifier of its own that heads start from; empty if they start anew
 * @since 0.1
 */
public record ModelShape(
    String family,
    int layers,
    int hiddenSize,
    int maxTokens,
    List<ModuleShape> modules,
    List<String> defaultTargets,
    long frozenParameters,
    String computeType,
    long weightBytes,
    String taskType,
    int vocabulary,
    String baseModel,
    Optional<String> baseRevision,
    Set<Class<? extends ModelAbility>> abilities,
    Map<Class<? extends ModelAbility>, String> lacking,
    Optional<PretrainedHead> head) {

  private static final Pattern BITS = Pattern.compile("[0-9]{1,3}$");

  /** Copies the collections. */
  public ModelShape {
    modules = List.copyOf(modules);
    defaultTargets = List.copyOf(defaultTargets);
    abilities = Set.copyOf(abilities);
    lacking = Map.copyOf(lacking);
  }

  /** The shape of a model without abilities. */
  public ModelShape(
      String family,
      int layers,
      int hiddenSize,
      int maxTokens,
      List<ModuleShape> modules,
      List<String> defaultTargets,
      long frozenParameters,
      String computeType,
      long weightBytes,
      String taskType,
      int vocabulary,
      String baseModel) {
    this(
        family,
        layers,
        hiddenSize,
        maxTokens,
        modules,
        defaultTargets,
        frozenParameters,
        computeType,
        weightBytes,
        taskType,
        vocabulary,
        baseModel,
        Optional.empty(),
        Set.of(),
        Map.of(),
        Optional.empty());
  }

  /** The shape of the same model with these abilities. */
  public ModelShape withAbilities(Set<Class<? extends ModelAbility>> others) {
    return with(baseRevision, others, head);
  }

  /** The shape of this version of the model. */
  public ModelShape withBaseRevision(Optional<String> revision) {
    return with(revision, abilities, head);
  }

  /** The shape of the same model whose heads start from a classifier of its own. */
  public ModelShape withHead(Optional<PretrainedHead> kept) {
    return with(baseRevision, abilities, kept);
  }

  /** The shapes of a head's arrays, by tensor name. */
  public Map<String, Shape> arrays(Head of) {
    return head.map(own -> own.arrays(of, hiddenSize)).orElseGet(() -> of.arrays(hiddenSize));
  }

  private ModelShape with(
      Optional<String> revision,
      Set<Class<? extends ModelAbility>> others,
      Optional<PretrainedHead> kept) {
    return new ModelShape(
        family,
        layers,
        hiddenSize,
        maxTokens,
        modules,
        defaultTargets,
        frozenParameters,
        computeType,
        weightBytes,
        taskType,
        vocabulary,
        baseModel,
        revision,
        others,
        lacking,
        kept);
  }

  /**
   * Refuses a model that lacks an ability.
   *
   * @param user who needs it, for the message, such as {@code selector 'weight-snr'}
   * @throws FlexoraException if the model lacks it
   */
  public void require(Class<? extends ModelAbility> ability, String user) {
    if (!abilities.contains(ability)) {
      String model = "this model (" + family + ")";
      throw lacking.containsKey(ability)
          ? HasAbilities.missing(ability, user, model, lacking.get(ability))
          : HasAbilities.missing(ability, user, model);
    }
  }

  /** The bytes of a number of the compute type, whose name ends in its bits; 4 if it does not. */
  public int computeBytes() {
    Matcher bits = BITS.matcher(computeType);
    return bits.find() ? Math.max(1, Integer.parseInt(bits.group()) / Byte.SIZE) : Float.BYTES;
  }
}
