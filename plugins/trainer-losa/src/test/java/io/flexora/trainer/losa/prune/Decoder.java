package io.flexora.trainer.losa.prune;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.flexora.adapter.lora.LoraAdapter;
import io.flexora.adapter.lora.LoraOptions;
import io.flexora.api.adapter.AdapterMethod;
import io.flexora.api.input.Tokens;
import io.flexora.api.model.BaseModel;
import io.flexora.api.plan.ParameterIndex;
import io.flexora.api.plan.Slice;
import io.flexora.api.run.Seeds;
import io.flexora.model.decoder.DecoderBackend;
import io.flexora.testkit.host.Extensions;
import io.flexora.transformers.causal.CausalOptions;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;

/** Real decoders and LoRA for tests. */
public final class Decoder {

  private static final int MOST_TOKENS = 64;

  private Decoder() {}

  /** The model of a folder, in float64. */
  public static BaseModel load(Path folder) throws IOException {
    String options =
        "{source: '%s', max_tokens: %d, compute_dtype: float64}".formatted(folder, MOST_TOKENS);
    return Extensions.of(DecoderBackend.class, CausalOptions.class, options).load();
  }

  /** A resource beside this class. */
  static JsonNode resource(String name) throws IOException {
    try (InputStream in = Decoder.class.getResourceAsStream(name)) {
      return new ObjectMapper().readTree(in);
    }
  }

  /** The calibration rows of a training of such a model. */
  public static List<Tokens> calibrationRows(
      List<Tokens> training, PruningOptions options, Seeds seeds) {
    return CalibrationRows.rows(training, options, MOST_TOKENS, seeds);
  }

  /** LoRA whose product is multiplied by 2. */
  public static AdapterMethod lora(int rank) {
    LoraOptions options = new LoraOptions(rank, 2.0 * rank, 0, false, List.of());
    return Extensions.of(LoraAdapter.class, options);
  }

  /**
   * A[i, j] = a sin(0.37 (i + 1) (j + 1) + l + 0.5 m) and B[o, i] = b cos(0.11 (o + 1) + 0.7 i + l
   * - m) with l the layer and m the place of the module among the adapted ones.
   */
  public static double[] theta(ParameterIndex index, List<String> modules, double a, double b) {
    double[] theta = new double[(int) index.size()];
    for (Slice slice : index.slices()) {
      Slice.Adapter owner = (Slice.Adapter) slice.owner();
      int layer = owner.layer();
      int module = modules.indexOf(owner.module().name());
      int columns = (int) slice.shape().get(1);
      for (int i = 0; i < slice.size(); i++) {
        int row = i / columns;
        int column = i % columns;
        theta[(int) slice.offset() + i] =
            owner.parameter().name().equals("A")
                ? a * Math.sin(0.37 * (row + 1) * (column + 1) + layer + 0.5 * module)
                : b * Math.cos(0.11 * (row + 1) + 0.7 * column + layer - module);
      }
    }
    return theta;
  }
}
