package io.flexora.model.encoder;

import io.flexora.api.run.FlexoraException;
import io.flexora.api.source.Sources;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Where a model's tokenizer is: where the options say, or next to the model. */
record TokenizerLocation(EncoderOptions options) {

  Path fetch(Sources sources) throws IOException {
    if (options.tokenizer().isPresent()) {
      return sources.fetch(options.tokenizer().get());
    }
    FlexoraException refusal =
        new FlexoraException(
            "no tokenizer was found next to the model: there is neither "
                + String.join(" nor ", candidates())
                + ". Write where it is into the model's option tokenizer");
    for (String candidate : candidates()) {
      try {
        return sources.fetch(candidate);
      } catch (IOException e) {
        refusal.addSuppressed(e);
      }
    }
    throw refusal;
  }

  private List<String> candidates() {
    String source = options.source();
    String model = source.substring(0, source.length() - (source.endsWith(".onnx") ? 5 : 0));
    int folder = Math.max(source.lastIndexOf('/'), source.lastIndexOf(':')) + 1;
    return List.of(model + "-tokenizer.json", source.substring(0, folder) + "tokenizer.json");
  }
}
