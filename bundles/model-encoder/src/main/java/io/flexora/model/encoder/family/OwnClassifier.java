package io.flexora.model.encoder.family;

import io.flexora.api.head.Head;
import io.flexora.api.head.PretrainedHead;
import io.flexora.transformers.checkpoint.FrozenArray;
import io.flexora.transformers.checkpoint.FrozenArray.Tensor;
import io.flexora.transformers.config.ConfigFile;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The classifier in a folder, as the {@code ForSequenceClassification} and {@code
 * ForTokenClassification} of transformers have it: as in PEFT, layers named classifier are trained,
 * and others in front of them are frozen.
 *
 * @param head its trained layers
 * @param activation the activation of the inner one, of {@code y}; empty without one
 * @param reading what it reads where that is a text
 * @param arrays the arrays of its frozen layers
 * @param text the method {@code pooler} of these layers, whose first array is {@code
 *     w[${at_pooler}]}; empty if there are none
 */
public record OwnClassifier(
    PretrainedHead head,
    Optional<String> activation,
    Head.Input reading,
    List<FrozenArray> arrays,
    String text) {

  private static final String ARCHITECTURES = "architectures";
  private static final String TEXTS = "ForSequenceClassification";
  private static final String WORDS = "ForTokenClassification";
  private static final String LABELS = "id2label";
  private static final int MOST_LABELS = 1 << 20;

  /** Copies the list. */
  public OwnClassifier {
    arrays = List.copyOf(arrays);
  }

  /** Whether a folder's classifier reads words; the refusal of a folder that has none. */
  private static boolean readsWords(ConfigFile config) {
    String architectures = config.value(ARCHITECTURES).map(String::valueOf).orElse("not there");
    if (architectures.contains(WORDS)) {
      return true;
    }
    if (!architectures.contains(TEXTS)) {
      throw config.wrong(
          ARCHITECTURES,
          architectures,
          "a class that ends in %s or %s, whose classifier head: pretrained keeps"
              .formatted(TEXTS, WORDS));
    }
    return false;
  }

  /** The names in {@code id2label}; transformers writes none for two labels without names. */
  private static List<String> labels(ConfigFile config) {
    Optional<ConfigFile> named = config.object(LABELS);
    if (named.isEmpty()) {
      return List.of("LABEL_0", "LABEL_1");
    }
    TreeMap<Integer, String> labels = new TreeMap<>();
    for (String key : named.get().names()) {
      if (key.matches("[0-9]{1,7}")) {
        labels.put(Integer.valueOf(key), named.get().value(key).map(String::valueOf).orElse(""));
      }
    }
    int count = labels.size();
    if (count == 0 || count > MOST_LABELS || labels.lastKey() != count - 1) {
      throw config.wrong(LABELS, named.get().names(), "a name for each number from 0 on");
    }
    return List.copyOf(labels.values());
  }

  /**
   * The classifier of a folder that has one dense layer in front of the output layer, for texts
   * alone.
   *
   * @param dense the path of that layer
   * @param activation its activation, of {@code y}
   * @param output the path of the output layer for texts; for words it is {@code classifier}
   */
  static OwnClassifier behind(
      ConfigFile config, int hidden, String dense, String activation, String output) {
    if (readsWords(config)) {
      return of(config, Head.Input.FIRST, List.of(), "");
    }
    boolean trained = dense.split("\\.", -1)[0].endsWith("classifier");
    Optional<String> inner = Optional.of(dense).filter(path -> trained);
    PretrainedHead head = new PretrainedHead(output, inner, Head.Input.POOLED, labels(config));
    List<FrozenArray> arrays =
        List.of(
            FrozenArray.norm(Tensor.of(dense + ".weight", hidden, hidden)),
            FrozenArray.norm(Tensor.of(dense + ".bias", hidden)));
    return trained
        ? new OwnClassifier(head, Optional.of(activation), Head.Input.FIRST, List.of(), "")
        : new OwnClassifier(
            head,
            Optional.empty(),
            Head.Input.FIRST,
            arrays,
            pooler("w[${at_pooler} + 1]", activation));
  }

  /** The classifier of a folder whose layers are the same for texts and for words. */
  static OwnClassifier of(
      ConfigFile config, Head.Input reading, List<FrozenArray> arrays, String text) {
    Head.Input reads = readsWords(config) ? Head.Input.WORDS : Head.Input.POOLED;
    PretrainedHead head = new PretrainedHead("classifier", Optional.empty(), reads, labels(config));
    return new OwnClassifier(head, Optional.empty(), reading, arrays, text);
  }

  /**
   * The text of a dense layer.
   *
   * @param bias its bias
   * @param result the expression of {@code y} that follows
   */
  static String pooler(String bias, String result) {
    return """

          def pooler(self, x: Tensor, w: List[Tensor]) -> Tensor:
            y = torch.linear(x, w[${at_pooler}], %s)
            return %s
        """
        .formatted(bias, result);
  }
}
