package io.flexora.model.gpt2;

import ai.djl.Device;
import io.flexora.api.plugin.Doc;
import io.flexora.api.run.Decisions;
import io.flexora.api.run.Notices;
import io.flexora.api.source.Sources;
import io.flexora.transformers.causal.CausalBackend;
import io.flexora.transformers.causal.CausalOptions;
import jakarta.inject.Inject;

/** Loads GPT-2 and GPT-NeoX and trains them with PyTorch. */
@Doc("Train a GPT-2 or a GPT-NeoX such as Pythia from a folder in Hugging Face form.")
public final class Gpt2Backend extends CausalBackend {

  @Inject
  Gpt2Backend(
      CausalOptions options, Sources sources, Device device, Decisions decisions, Notices notices) {
    super(Gpt::read, options, sources, device, decisions, notices);
  }
}
