package io.flexora.transformers.model;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import io.flexora.api.model.BaseModel;
import io.flexora.api.model.ModelBackend;
import io.flexora.api.model.ModelShape;
import io.flexora.api.run.Decisions;
import io.flexora.api.run.IncompatibleOptionException;
import io.flexora.numerics.torch.TorchEngine;
import io.flexora.numerics.transformer.LinearSpeed.LinearProduct;
import io.flexora.transformers.checkpoint.ComputeChoice;
import io.flexora.transformers.checkpoint.ComputeType;
import io.flexora.transformers.checkpoint.FastestType;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;

/**
 * Loads transformers of some families in the type that users ask for, or in the one that is fastest
 * on the device.
 *
 * @since 0.1
 */
public abstract class TransformerBackend implements ModelBackend {

  private final ComputeChoice choice;
  private final Device device;
  private final FastestType fastest;

  /**
   * Makes a backend.
   *
   * @param choice the type that frozen layers compute in
   * @param device what it computes on
   * @param decisions what was decided for a run when it began
   */
  protected TransformerBackend(ComputeChoice choice, Device device, Decisions decisions) {
    this.choice = choice;
    this.device = device;
    this.fastest = new FastestType(device, decisions, this::measured);
  }

  private List<LinearProduct> measured() {
    try {
      return products();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The products of one layer with its matrices; see {@link FastestType#products}. */
  protected abstract List<LinearProduct> products() throws IOException;

  /** Reads what the model looks like where it computes in a type. */
  protected abstract ModelShape shape(ComputeType type) throws IOException;

  /**
   * Loads the model.
   *
   * @param manager the owner of the weights, on the device; closed with the model, or if this fails
   */
  protected abstract FrozenTransformer load(ComputeType type, NDManager manager) throws IOException;

  /** The type to train in. */
  protected final ComputeType type() throws IOException {
    try {
      return choice.toTrain(fastest);
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  /** Refuses texts that are longer than the model has positions for. */
  protected static void requirePositions(int maxTokens, int positions) {
    if (maxTokens > positions) {
      throw new IncompatibleOptionException(
          "max_tokens",
          "max_tokens is %d, but the model has positions for %d tokens"
              .formatted(maxTokens, positions));
    }
  }

  @Override
  public ModelShape describe() throws IOException {
    return shape(type());
  }

  @Override
  public final BaseModel load() throws IOException {
    return load(type());
  }

  @Override
  public final BaseModel loadForInference() throws IOException {
    return load(choice.toScore(fastest));
  }

  private BaseModel load(ComputeType type) throws IOException {
    NDManager manager = TorchEngine.start().newManager(device);
    try {
      return load(type, manager);
    } catch (IOException | RuntimeException e) {
      manager.close();
      throw e;
    }
  }
}
