package io.flexora.model.decoder.weights;

import io.flexora.api.run.FlexoraException;
import io.flexora.model.decoder.family.Decoder;
import io.flexora.transformers.checkpoint.StoredTensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The tensors that a checkpoint of a shape has, and whether one has them all and no others. */
final class Expected {
  private static final int SHOWN = 5;

  private Expected() {}

  /**
   * Whether a tensor may be there without a use: frequencies that older checkpoints keep, and a
   * head that is the embedding anyway.
   */
  static boolean harmless(String name, Decoder decoder) {
    return name.endsWith("rotary_emb.inv_freq")
        || name.equals("rope_freqs.weight")
        || decoder.ggufVectors().containsKey(name)
        || (decoder.shape().tiedHead() && name.equals("lm_head.weight"));
  }

  /**
   * Refuses a checkpoint that lacks a tensor, has one of another shape, or has one that nothing is
   * known of.
   */
  static void require(Checkpoint checkpoint) {
    Map<String, List<Long>> expected = new LinkedHashMap<>();
    checkpoint.decoder().tensors().forEach(t -> expected.put(t.name(), t.shape()));
    List<String> wrong = new ArrayList<>();
    List<String> missing = new ArrayList<>();
    expected.forEach(
        (name, wanted) -> {
          StoredTensor seen = checkpoint.tensors().get(name);
          if (seen == null) {
            missing.add(name);
          } else if (!seen.shape().equals(wanted)) {
            wrong.add(seen.label() + " has the shape " + seen.shape() + ", not " + wanted);
          }
        });
    List<String> others =
        checkpoint.tensors().values().stream()
            .filter(t -> !expected.containsKey(t.name()))
            .map(StoredTensor::name)
            .toList();
    List<String> faults = new ArrayList<>(wrong.subList(0, Math.min(SHOWN, wrong.size())));
    name(faults, "it lacks", missing, expected);
    name(
        faults,
        "it has, beyond what a " + checkpoint.decoder().modelType() + " computes with,",
        others,
        Map.of());
    if (!faults.isEmpty()) {
      throw new FlexoraException(
          checkpoint.location()
              + " does not hold the model that it describes: "
              + String.join("; ", faults)
              + ". Fetch it again, or take another checkpoint");
    }
  }

  private static void name(
      List<String> faults, String what, List<String> names, Map<String, List<Long>> shapes) {
    if (!names.isEmpty()) {
      List<String> some =
          names.stream()
              .limit(SHOWN)
              .map(n -> "'" + n + "'" + (shapes.containsKey(n) ? " " + shapes.get(n) : ""))
              .toList();
      faults.add(
          what
              + (names.size() == 1 ? " the tensor " : " " + names.size() + " tensors, ")
              + String.join(", ", some)
              + (names.size() > SHOWN ? ", ..." : ""));
    }
  }
}
