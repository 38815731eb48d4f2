package {{package}};

import ai.djl.Device;
import io.flexora.api.adapter.ModuleShape;
import io.flexora.api.model.BaseModel;
import io.flexora.api.model.ModelBackend;
import io.flexora.api.model.ModelShape;
import io.flexora.api.model.Tokenizer;
import io.flexora.api.plugin.Doc;
import io.flexora.numerics.torch.TorchEngine;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Makes a small transformer over the bytes of a text, with random frozen weights. */
@Doc("Train adapters and a head on a small transformer over bytes, whose weights are random.")
final class {{type}}ModelBackend implements ModelBackend {

  private final {{type}}Options options;
  private final Device device;

  @Inject
  {{type}}ModelBackend({{type}}Options options, Device device) {
    this.options = options;
    this.device = device;
  }

  /** What the model looks like, without its weights: `flexora check` and the selectors ask. */
  @Override
  public ModelShape describe() {
    long parameters = {{type}}Model.parameters(options);
    return new ModelShape(
        "{{name}}",
        options.layers(),
        options.hiddenSize(),
        options.maxTokens(),
        modules(),
        List.of("query", "value"),
        parameters,
        options.computeDtype().name().toLowerCase(Locale.ROOT),
        parameters * options.computeDtype().type().getNumOfBytes(),
        "SEQ_CLS",
        0,
        "{{name}}",
        // Optional abilities, such as TextGenerator: name here what the model implements.
        Set.of());
  }

  /** The modules of a layer that adapters can be put on, in the order of the forward pass. */
  private List<ModuleShape> modules() {
    int hidden = options.hiddenSize();
    int inner = options.innerSize();
    return List.of(
        module("query", hidden, hidden),
        module("key", hidden, hidden),
        module("value", hidden, hidden),
        module("output", hidden, hidden),
        module("up", hidden, inner),
        module("down", inner, hidden));
  }

  private static ModuleShape module(String name, int inputs, int outputs) {
    return new ModuleShape(name, "layers.%d." + name, inputs, outputs);
  }

  @Override
  public Tokenizer tokenizer() {
    return new ByteTokenizer(options.maxTokens());
  }

  @Override
  public BaseModel load() {
    return new {{type}}Model(options, describe(), TorchEngine.start().newManager(device));
  }
}
