package io.flexora.transformers.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.flexora.api.ability.ClassGradients;
import io.flexora.api.ability.ExampleDropout;
import io.flexora.api.ability.LayerActivityMeter;
import io.flexora.api.ability.LayerwiseModel;
import io.flexora.api.ability.LayerwiseModel.States;
import io.flexora.api.ability.ModelExporter;
import io.flexora.api.ability.ModuleActivations;
import io.flexora.api.adapter.ActivationVisitor;
import io.flexora.api.gradient.LossGradient;
import io.flexora.api.input.Tokens;
import io.flexora.api.model.AdaptedModel;
import io.flexora.api.model.Batch;
import io.flexora.api.plan.AdapterPlan;
import io.flexora.api.plan.ParameterIndex;
import io.flexora.api.plan.Point;
import io.flexora.api.run.Seeds;
import io.flexora.numerics.transformer.ActivationReader;
import io.flexora.numerics.transformer.ActivityMeter;
import io.flexora.numerics.transformer.AdapterLayout;
import io.flexora.numerics.transformer.ClassGradientReader;
import io.flexora.numerics.transformer.Differentiation;
import java.util.List;

/**
 * A frozen model with adapters, as a function of theta and the gates. A subclass says how it lays
 * out a batch, and computes what its text has.
 *
 * @since 0.1
 */
public abstract class AdaptedTransformer
    implements AdaptedModel,
        LayerActivityMeter,
        ModuleActivations,
        ClassGradients,
        ModelExporter,
        ExampleDropout {

  private final FrozenTransformer model;
  private final AdapterLayout layout;
  private final NDManager manager;
  private final Differentiation differentiation;
  private ActivityMeter meter;
  private ActivationReader reader;
  private ClassGradientReader classReader;

  /**
   * Compiles a model's text for adapters.
   *
   * @param layout where the adapters are in theta
   * @param text the TorchScript of the model
   */
  protected AdaptedTransformer(FrozenTransformer model, AdapterLayout layout, String text) {
    this.model = model;
    this.layout = layout;
    this.manager = model.manager().newSubManager();
    this.differentiation =
        Differentiation.compile(manager, layout, text, model.checkpointSegments(), model.type());
  }

  @Override
  public final AdapterPlan plan() {
    return layout.plan();
  }

  @Override
  public final ParameterIndex parameters() {
    return layout.index();
  }

  @Override
  public final NDArray initialTheta(NDManager scope, Seeds seeds) {
    return layout.initialTheta(scope, seeds, model.type());
  }

  @Override
  public final LossGradient lossGradient(NDManager scope, Batch batch, Point point) {
    return lossGradient(scope, batch, point, plan().layers());
  }

  /**
   * The text that computes all tokens in all layers, for {@link #meter}, {@link #reader} and {@link
   * #classReader}.
   */
  protected abstract String textOfAllTokens();

  /**
   * Computes what enters layer 0, as {@link LayerwiseModel#embedded}; of an adapter on all layers
   * that changes nothing.
   */
  protected abstract States embedded(NDManager scope, List<Tokens> examples);

  /**
   * Computes a layer with these weights, as {@link LayerwiseModel#layer}; of an adapter on all
   * layers that changes nothing.
   */
  protected abstract States layer(
      NDManager scope, States before, int layer, List<NDArray> weights, ActivationVisitor visitor);

  /** Measures the activity of layers; made when first asked for, as few models are measured. */
  protected final ActivityMeter meter() {
    if (meter == null) {
      meter = ActivityMeter.compile(manager, layout, textOfAllTokens(), model.type());
    }
    return meter;
  }

  /** Reads what modules are given; made when first asked for. */
  protected final ActivationReader reader() {
    if (reader == null) {
      reader = ActivationReader.compile(manager, layout, textOfAllTokens(), model.type());
    }
    return reader;
  }

  /** Differentiates class outputs; made when first asked for. */
  protected final ClassGradientReader classReader() {
    if (classReader == null) {
      classReader =
          ClassGradientReader.compile(
              manager, layout, textOfAllTokens(), model.checkpointSegments(), model.type());
    }
    return classReader;
  }

  /** Where the adapters are in theta. */
  protected final AdapterLayout layout() {
    return layout;
  }

  /** Owns what lives as long as the adapted model. */
  protected final NDManager manager() {
    return manager;
  }

  /** Computes losses and derivatives. */
  protected final Differentiation differentiation() {
    return differentiation;
  }

  @Override
  public final void close() {
    manager.close();
  }
}
