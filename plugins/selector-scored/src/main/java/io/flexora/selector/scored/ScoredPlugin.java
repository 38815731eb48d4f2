package io.flexora.selector.scored;

import io.flexora.api.plugin.FlexoraModule;
import io.flexora.api.selection.Selector;

/** The selectors of this plugin. */
public final class ScoredPlugin extends FlexoraModule {

  @Override
  protected void configure() {
    extension(
        Selector.class, "gradient-norm", GradientNormOptions.class, GradientNormSelector.class);
    extension(Selector.class, "fisher", FisherOptions.class, FisherSelector.class);
    extension(Selector.class, "snip", SnipOptions.class, SnipSelector.class);
    extension(Selector.class, "weight-norm", WeightNormOptions.class, WeightNormSelector.class);
    extension(Selector.class, "lora-drop", LoraDropOptions.class, LoraDropSelector.class);
    extension(Selector.class, "leave-one-out", LeaveOneOutOptions.class, LeaveOneOutSelector.class);
    extension(
        Selector.class, "hidden-change", HiddenChangeOptions.class, HiddenChangeSelector.class);
    extension(Selector.class, "weight-snr", WeightSnrOptions.class, WeightSnrSelector.class);
    extension(Selector.class, "cka", CkaOptions.class, CkaSelector.class);
    extension(Selector.class, "aletheia", AletheiaOptions.class, AletheiaSelector.class);
    extension(Selector.class, "gora", GoraOptions.class, GoraSelector.class);
    extension(Selector.class, "ows", OwsOptions.class, OwsSelector.class);
    extension(Selector.class, "rdp", RdpOptions.class, RdpSelector.class);
    extension(Selector.class, "block-influence", StatesOptions.class, BlockInfluenceSelector.class);
    extension(Selector.class, "resnorm", ResnormOptions.class, ResnormSelector.class);
    extension(Selector.class, "fim", FimOptions.class, FimSelector.class);
  }
}
