package io.flexora.model.decoder;

import ai.djl.Device;
import io.flexora.api.plugin.Doc;
import io.flexora.api.run.Decisions;
import io.flexora.api.run.Notices;
import io.flexora.api.source.Sources;
import io.flexora.transformers.causal.CausalBackend;
import io.flexora.transformers.causal.CausalOptions;
import jakarta.inject.Inject;

/** Loads decoders of many families and trains them with PyTorch. */
@Doc(
    "Train a decoder (Llama, Mistral, Qwen2, Qwen3, Gemma 1 to 3, Phi 1 to 4, OLMo 2, Granite,"
        + " StableLM, SmolLM2 and 3, Yi) from a folder in Hugging Face form or a GGUF file.")
public final class DecoderBackend extends CausalBackend {

  @Inject
  DecoderBackend(
      CausalOptions options, Sources sources, Device device, Decisions decisions, Notices notices) {
    super(new DecoderFamilies(), options, sources, device, decisions, notices);
  }
}
