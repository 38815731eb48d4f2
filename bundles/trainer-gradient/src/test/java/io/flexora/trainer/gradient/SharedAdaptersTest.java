package io.flexora.trainer.gradient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import io.flexora.api.input.Tokens;
import io.flexora.api.model.AdaptedModel;
import io.flexora.api.model.ForwardingModel;
import io.flexora.api.plan.AdapterPlan;
import io.flexora.api.plan.ChosenModule;
import io.flexora.api.plan.Point;
import io.flexora.api.plan.Slice;
import io.flexora.api.run.Seeds;
import io.flexora.numerics.torch.TorchEngine;
import io.flexora.numerics.training.SharedAdapters;
import io.flexora.testkit.fixture.MemoryCheckpoints;
import io.flexora.testkit.fixture.RecordingMonitor;
import io.flexora.testkit.fixture.model.LayeredModel;
import io.flexora.testkit.fixture.model.TrainingOnModel;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Layers that share one adapter, and the model that has just this adapter. */
class SharedAdaptersTest {

  private static final LayeredModel MODEL = new LayeredModel(4, List.of(0, 1));

  private final NDManager manager = TorchEngine.start().newManager(Device.cpu());

  @AfterEach
  void close() {
    manager.close();
  }

  /** The model where all layers from one on share their adapter. */
  private record Sharing(AdaptedModel model, int from) {

    SharedAdapters one() {
      return new SharedAdapters(
          new ForwardingModel(model) {
            @Override
            public AdapterPlan plan() {
              return model.plan().withChosen(chosen());
            }
          });
    }

    private List<ChosenModule> chosen() {
      return model.plan().layers().stream()
          .map(l -> l < from ? ChosenModule.of(l, "dense") : ChosenModule.ofShared(l, "dense"))
          .toList();
    }
  }

  @Test
  void aSharedArrayCountsOnce() {
    assertThat(names(new Sharing(MODEL, 1).one()))
        .containsExactly(
            "layer.0.dense.lora_A.weight",
            "layer.0.dense.lora_B.weight",
            "layer.1.dense.lora_A.weight",
            "layer.1.dense.lora_B.weight",
            "bias");
    assertThat(names(new Sharing(MODEL, 0).one()))
        .containsExactly("layer.0.dense.lora_A.weight", "layer.0.dense.lora_B.weight", "bias");
    assertThat(SharedAdapters.trainable(MODEL)).isEqualTo(9);
  }

  private static List<String> names(AdaptedModel model) {
    return model.parameters().slices().stream().map(Slice::tensorName).toList();
  }

  @Test
  void theGradientIsTheSumOverTheLayersAndTheDerivativeOfTheLoss() {
    SharedAdapters shared = new Sharing(MODEL, 1).one();
    double[] phi = new SplittableRandom(3).doubles(5, -1, 1).toArray();
    List<Tokens> examples = MODEL.examples("training-", 24, 1);
    double[] gradient =
        shared
            .lossGradient(manager, shared.batch(manager, examples), Point.of(manager.create(phi)))
            .theta()
            .toDoubleArray();

    double[] theta = shared.expand(manager, manager.create(phi)).toDoubleArray();
    assertThat(theta)
        .containsExactly(phi[0], phi[1], phi[2], phi[3], phi[2], phi[3], phi[2], phi[3], phi[4]);
    double[] apart =
        MODEL
            .lossGradient(manager, MODEL.batch(manager, examples), Point.of(manager.create(theta)))
            .theta()
            .toDoubleArray();
    assertThat(gradient)
        .containsExactly(
            new double[] {
              apart[0],
              apart[1],
              apart[2] + apart[4] + apart[6],
              apart[3] + apart[5] + apart[7],
              apart[8]
            },
            within(1e-15));

    double h = 1e-4;
    for (int i = 0; i < phi.length; i++) {
      double slope = (moved(shared, examples, phi, i, h) - moved(shared, examples, phi, i, -h)) / h;
      assertThat(gradient[i]).isCloseTo(slope / 2, within(1e-6));
    }
  }

  private double moved(
      SharedAdapters shared, List<Tokens> examples, double[] phi, int place, double by) {
    double[] other = phi.clone();
    other[place] += by;
    return shared.loss(manager, shared.batch(manager, examples), Point.of(manager.create(other)));
  }

  /** Of three layers that share A and B the outputs sum to A B times the sum of their inputs. */
  @Test
  void trainsAsTheModelThatHasOneLayerInTheirPlace() {
    List<Tokens> examples = MODEL.examples("training-", 24, 1);
    List<Tokens> summed =
        examples.stream()
            .map(
                tokens ->
                    new Tokens(
                        tokens.example(),
                        new int[] {tokens.ids()[0], IntStream.of(tokens.ids()).skip(1).sum()},
                        List.of(),
                        0))
            .toList();
    SharedAdapters shared = new Sharing(MODEL, 1).one();
    double[] phi = trained(shared, examples);

    assertThat(phi)
        .containsExactly(trained(new LayeredModel(2, List.of(0, 1)), summed), within(1e-12))
        .isNotEqualTo(shared.initialTheta(manager, new Seeds(1)).toDoubleArray());
  }

  private double[] trained(AdaptedModel model, List<Tokens> examples) {
    Options options = new Options();
    options.optimiser = OptimiserKind.ADAMW;
    options.batchSize = 5;
    options.steps = 12;
    options.maxGradNorm = 0.5;
    options.keepBest = false;
    TrainingOnModel context =
        new TrainingOnModel(
            model,
            examples,
            examples.subList(0, 8),
            Optional.empty(),
            OptionalLong.empty(),
            Optional.empty(),
            0,
            manager,
            new MemoryCheckpoints(),
            new RecordingMonitor());
    return new GradientTrainer(options.build(), new Seeds(1))
        .train(context)
        .theta()
        .toDoubleArray();
  }
}
