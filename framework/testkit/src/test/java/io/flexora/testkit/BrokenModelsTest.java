package io.flexora.testkit;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.flexora.api.ability.FrozenMatrices;
import io.flexora.api.ability.LayerActivity;
import io.flexora.api.ability.ModuleActivations;
import io.flexora.api.ability.TextGenerator;
import io.flexora.api.adapter.ActivationVisitor;
import io.flexora.api.adapter.ActivationVisitor.CountedTokens;
import io.flexora.api.adapter.AdapterMethod;
import io.flexora.api.adapter.AdapterSite;
import io.flexora.api.gradient.Direction;
import io.flexora.api.gradient.GradientRecord;
import io.flexora.api.gradient.LossGradient;
import io.flexora.api.model.AdaptedModel;
import io.flexora.api.model.Batch;
import io.flexora.api.model.ModelAbility;
import io.flexora.api.model.ModelBackend;
import io.flexora.api.model.ModelShape;
import io.flexora.api.plan.Point;
import io.flexora.api.plan.Slice;
import io.flexora.api.run.Seeds;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Set;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Test;

class BrokenModelsTest {

  static class Sound extends ModelBackendSuite {

    @Override
    protected String configuration() {
      return "broken";
    }

    @Override
    protected AdapterMethod adapter() {
      return new LowRank();
    }

    @Override
    protected AdapterMethod adapterWithDropout() {
      return new SmallBackend.Dropping();
    }

    @Override
    protected ModelBackend extension(long seed) {
      return new SmallBackend() {
        @Override
        AdaptedModel change(AdaptedModel model, NDManager manager) {
          return Sound.this.change(model, manager);
        }
      };
    }

    AdaptedModel change(AdaptedModel model, NDManager manager) {
      return model;
    }
  }

  static class WrongGradient extends Sound {
    @Override
    AdaptedModel change(AdaptedModel model, NDManager manager) {
      return new ChangedModel(model) {
        @Override
        public LossGradient lossGradient(NDManager scope, Batch batch, Point point) {
          LossGradient found = super.lossGradient(scope, batch, point);
          found.theta().muli(1.001);
          return found;
        }
      };
    }
  }

  static class WrongGradientInAlpha extends Sound {
    @Override
    AdaptedModel change(AdaptedModel model, NDManager manager) {
      return new ChangedModel(model) {
        @Override
        public LossGradient lossGradient(NDManager scope, Batch batch, Point point) {
          LossGradient found = super.lossGradient(scope, batch, point);
          found.alpha().ifPresent(alpha -> alpha.muli(1.001));
          return found;
        }
      };
    }
  }

  /** Does not use what the adapter of the upper layer adds. */
  static class IgnoringAnAdapter extends Sound {
    @Override
    protected ModelBackend extension(long seed) {
      return new SmallBackend() {
        @Override
        String script() {
          String added = "y = y + torch.linear(torch.linear(x, a), b)";
          return super.script().replace(added, added + " * float(1 - i)");
        }
      };
    }
  }

  static class ForgettingTheHighestLayer extends Sound {
    @Override
    AdaptedModel change(AdaptedModel model, NDManager manager) {
      return new ChangedModel(model) {
        @Override
        public LossGradient lossGradient(
            NDManager scope, Batch batch, Point point, List<Integer> layers) {
          LossGradient found = super.lossGradient(scope, batch, point, layers);
          int highest = layers.get(layers.size() - 1);
          for (Slice slice : parameters().ofLayer(highest)) {
            found.theta().get(slice.offset() + ":" + (slice.offset() + slice.size())).muli(0);
          }
          return found;
        }
      };
    }
  }

  static class WrongRecord extends Sound {
    @Override
    AdaptedModel change(AdaptedModel model, NDManager manager) {
      return new ChangedModel(model) {
        @Override
        public GradientRecord record(NDManager scope, Batch batch, Point point) {
          NDArray alpha = point.alpha().orElseThrow().mul(0.9);
          alpha.attach(scope);
          return super.record(scope, batch, Point.of(point.theta(), alpha));
        }
      };
    }
  }

  static class WrongProduct extends Sound {
    @Override
    AdaptedModel change(AdaptedModel model, NDManager manager) {
      return new ChangedModel(model) {
        @Override
        public Direction hessianProduct(NDManager scope, Batch batch, Point point, Direction u) {
          Direction found = super.hessianProduct(scope, batch, point, u);
          found.theta().muli(1.001);
          found.alpha().muli(1.001);
          return found;
        }
      };
    }
  }

  static class NotSymmetric extends Sound {
    @Override
    AdaptedModel change(AdaptedModel model, NDManager manager) {
      return new ChangedModel(model) {
        @Override
        public Direction hessianProduct(NDManager scope, Batch batch, Point point, Direction u) {
          Direction found = super.hessianProduct(scope, batch, point, u);
          found.alpha().muli(0);
          return found;
        }
      };
    }
  }

  static class Leaking extends Sound {
    @Override
    AdaptedModel change(AdaptedModel model, NDManager manager) {
      return new ChangedModel(model) {
        @Override
        public double[][] scores(NDManager scope, Batch batch, Point point) {
          manager.create(1);
          return super.scores(scope, batch, point);
        }
      };
    }
  }

  static class OutsideTheScope extends Sound {
    @Override
    AdaptedModel change(AdaptedModel model, NDManager manager) {
      return new ChangedModel(model) {
        @Override
        public LossGradient lossGradient(NDManager scope, Batch batch, Point point) {
          LossGradient found = super.lossGradient(scope, batch, point);
          found.theta().attach(manager);
          return found;
        }
      };
    }
  }

  static class WritingIntoTheta extends Sound {
    @Override
    AdaptedModel change(AdaptedModel model, NDManager manager) {
      return new ChangedModel(model) {
        @Override
        public LossGradient lossGradient(NDManager scope, Batch batch, Point point) {
          LossGradient found = super.lossGradient(scope, batch, point);
          if (point.dropoutSeed().isPresent()) {
            point.theta().addi(1e-9);
          }
          return found;
        }
      };
    }
  }

  static class DroppingTheSameInEachStep extends Sound {
    @Override
    AdaptedModel change(AdaptedModel model, NDManager manager) {
      return new ChangedModel(model) {
        @Override
        public LossGradient lossGradient(NDManager scope, Batch batch, Point point) {
          return super.lossGradient(scope, batch, ofFirstStep(point));
        }

        @Override
        public double loss(NDManager scope, Batch batch, Point point) {
          return super.loss(scope, batch, ofFirstStep(point));
        }
      };
    }

    private static Point ofFirstStep(Point point) {
      return point.isTraining() ? point.withDropout(1) : point;
    }
  }

  static class DroppingOtherElementsForTheGradient extends Sound {
    @Override
    AdaptedModel change(AdaptedModel model, NDManager manager) {
      return new ChangedModel(model) {
        @Override
        public LossGradient lossGradient(NDManager scope, Batch batch, Point point) {
          if (!point.isTraining()) {
            return super.lossGradient(scope, batch, point);
          }
          Point other = point.withDropout(point.dropoutSeed().getAsLong() + 100);
          LossGradient found = super.lossGradient(scope, batch, other);
          return new LossGradient(
              super.loss(scope, batch, point), found.terms(), found.theta(), found.alpha());
        }
      };
    }
  }

  static class WrongScores extends Sound {
    @Override
    AdaptedModel change(AdaptedModel model, NDManager manager) {
      return new ChangedModel(model) {
        @Override
        public double[][] scores(NDManager scope, Batch batch, Point point) {
          double[][] scores = super.scores(scope, batch, point);
          for (double[] row : scores) {
            row[0] += 0.01;
          }
          return scores;
        }
      };
    }
  }

  static class DependingOnTheBatch extends Sound {
    @Override
    AdaptedModel change(AdaptedModel model, NDManager manager) {
      return new ChangedModel(model) {
        @Override
        public double[][] scores(NDManager scope, Batch batch, Point point) {
          double[][] scores = super.scores(scope, batch, point);
          double last = scores[scores.length - 1][0];
          for (double[] row : scores) {
            double moved = 1e-3 * last;
            row[1] = Math.log(Math.exp(row[1]) + moved);
            row[2] = Math.log(Math.exp(row[2]) - moved);
          }
          return scores;
        }
      };
    }
  }

  static class GatesByTheirValue extends Sound {
    @Override
    AdaptedModel change(AdaptedModel model, NDManager manager) {
      return new ChangedModel(model) {
        @Override
        public double loss(NDManager scope, Batch batch, Point point) {
          double shift =
              point.alpha().map(a -> Engine.dot(Engine.values(a), new double[] {1, 1})).orElse(0.0);
          return super.loss(scope, batch, point) + (shift > 2 ? 0.1 : 0);
        }
      };
    }
  }

  static class InitialByPosition extends Sound {
    @Override
    AdaptedModel change(AdaptedModel model, NDManager manager) {
      return new ChangedModel(model) {
        @Override
        public NDArray initialTheta(NDManager scope, Seeds seeds) {
          int size = (int) parameters().size();
          double[] theta = Engine.values(super.initialTheta(scope, seeds));
          double[] drawn = seeds.stream("all", size).doubles(size, -1, 1).toArray();
          // The second factors stay at zero.
          for (int i = 0; i < size; i++) {
            drawn[i] = theta[i] == 0 ? 0 : drawn[i];
          }
          return scope.create(drawn);
        }
      };
    }
  }

  /** A model whose activity is changed by subclasses. */
  abstract static class OtherActivity extends Sound {

    abstract LayerActivity of(LayerActivity sound, Batch batch);

    @Override
    AdaptedModel change(AdaptedModel model, NDManager manager) {
      return new ChangedModel(model) {
        @Override
        public LayerActivity activity(NDManager scope, Batch batch, Point point) {
          return of(super.activity(scope, batch, point), batch);
        }
      };
    }

    static List<List<Double>> each(List<List<Double>> sums, DoubleUnaryOperator change) {
      return sums.stream()
          .map(layer -> layer.stream().map(d -> change.applyAsDouble(d)).toList())
          .toList();
    }
  }

  static class LengthsForSquares extends OtherActivity {
    @Override
    LayerActivity of(LayerActivity sound, Batch batch) {
      return new LayerActivity(
          sound.tokens(),
          each(sound.adapterSquares(), Math::sqrt),
          sound.frozenSquares(),
          sound.angles());
    }
  }

  static class AddingWithoutAnAdapter extends OtherActivity {
    @Override
    LayerActivity of(LayerActivity sound, Batch batch) {
      return new LayerActivity(
          sound.tokens(),
          each(sound.adapterSquares(), d -> d == 0 ? 0.1 * batch.size() : d),
          sound.frozenSquares(),
          sound.angles());
    }
  }

  static class CountingPadding extends OtherActivity {
    @Override
    LayerActivity of(LayerActivity sound, Batch batch) {
      double padded = (double) batch.paddedTokens() / batch.size();
      return new LayerActivity(
          batch.paddedTokens(),
          each(sound.adapterSquares(), d -> d * padded),
          each(sound.frozenSquares(), d -> d * padded),
          sound.angles());
    }
  }

  static class AnglesInDegrees extends OtherActivity {
    @Override
    LayerActivity of(LayerActivity sound, Batch batch) {
      return new LayerActivity(
          sound.tokens(),
          sound.adapterSquares(),
          sound.frozenSquares(),
          sound.angles().stream().map(d -> 180 * d).toList());
    }
  }

  /** Says that it took the GPU, which needs none here. */
  abstract static class OtherInputs extends Sound {

    abstract void show(NDManager scope, AdapterSite site, NDArray rows, ActivationVisitor visitor);

    abstract boolean changes(CountedTokens tokens);

    @Override
    AdaptedModel change(AdaptedModel model, NDManager manager) {
      return new ChangedModel(model) {
        @Override
        public void activations(
            NDManager scope,
            Batch batch,
            Point point,
            CountedTokens tokens,
            ActivationVisitor visitor) {
          super.activations(
              scope,
              batch,
              point,
              tokens,
              changes(tokens) ? (own, site, rows) -> show(own, site, rows, visitor) : visitor);
        }
      };
    }
  }

  static class ShowingNormedInputs extends OtherInputs {
    @Override
    boolean changes(CountedTokens tokens) {
      return true;
    }

    @Override
    void show(NDManager scope, AdapterSite site, NDArray rows, ActivationVisitor visitor) {
      visitor.visit(scope, site, rows.div(rows.norm()));
    }
  }

  static class ShowingTheFirstAnswerAlone extends OtherInputs {
    @Override
    boolean changes(CountedTokens tokens) {
      return tokens == CountedTokens.ANSWERS;
    }

    @Override
    void show(NDManager scope, AdapterSite site, NDArray rows, ActivationVisitor visitor) {
      visitor.visit(scope, site, rows.get("0:1"));
    }
  }

  static class OnAnotherDevice extends Sound {
    @Override
    protected ModelBackend extension(long seed) {
      return new SmallBackend() {
        @Override
        NDManager shown(NDManager manager) {
          return onTheGpu(manager);
        }
      };
    }

    private static NDManager onTheGpu(NDManager manager) {
      return (NDManager)
          Proxy.newProxyInstance(
              NDManager.class.getClassLoader(),
              new Class<?>[] {NDManager.class},
              (proxy, method, arguments) ->
                  method.getName().equals("getDevice")
                      ? Device.gpu()
                      : method.invoke(manager, arguments));
    }
  }

  private static ModelShape another(ModelShape shape) {
    return changed(shape, "other", shape.weightBytes() + 1, shape.abilities());
  }

  private static ModelShape changed(
      ModelShape shape,
      String family,
      long weightBytes,
      Set<Class<? extends ModelAbility>> abilities) {
    return new ModelShape(
            family,
            shape.layers(),
            shape.hiddenSize(),
            shape.maxTokens(),
            shape.modules(),
            shape.defaultTargets(),
            shape.frozenParameters(),
            shape.computeType(),
            weightBytes,
            shape.taskType(),
            shape.vocabulary(),
            shape.baseModel())
        .withAbilities(abilities);
  }

  static class ListingAnAbilityThatItLacks extends Sound {
    @Override
    protected ModelBackend extension(long seed) {
      return new SmallBackend() {
        @Override
        public ModelShape describe() {
          ModelShape shape = super.describe();
          return changed(
              shape,
              shape.family(),
              shape.weightBytes(),
              Set.of(
                  TextGenerator.class,
                  FrozenMatrices.class,
                  LayerActivity.Meter.class,
                  ModuleActivations.class));
        }
      };
    }
  }

  static class DescribingAnother extends Sound {
    @Override
    protected ModelBackend extension(long seed) {
      return new SmallBackend() {
        private boolean loaded;

        @Override
        public ModelShape describe() {
          return loaded ? super.describe() : another(super.describe());
        }

        @Override
        public io.flexora.api.model.BaseModel load() {
          loaded = true;
          return super.load();
        }
      };
    }
  }

  static class ScoringAnother extends Sound {
    @Override
    protected ModelBackend extension(long seed) {
      return new SmallBackend() {
        private boolean scoring;

        @Override
        public ModelShape describe() {
          return scoring ? another(super.describe()) : super.describe();
        }

        @Override
        public io.flexora.api.model.BaseModel loadForInference() {
          scoring = true;
          return super.load();
        }
      };
    }
  }

  @Test
  void aSoundModelPasses() {
    Verdict.on(Sound.class).failsOnly();
  }

  @Test
  void eachMistakeInDerivativesIsCaught() {
    Verdict.on(WrongGradient.class)
        .failsOnly(
            "finerGatesHaveExactDerivatives",
            "itsGradientInThetaIsTheDerivativeOfItsLoss",
            "itsGradientWithDropoutIsTheDerivativeOfThatLoss",
            "itsHessianProductIsTheDerivativeOfItsGradient")
        .saying("by its gradient; by differences");
    Verdict.on(WrongGradientInAlpha.class)
        .failsOnly(
            "finerGatesHaveExactDerivatives",
            "itsGradientInAlphaIsTheDerivativeOfItsLoss",
            "itsGradientWithDropoutIsTheDerivativeOfThatLoss",
            "itsHessianProductIsTheDerivativeOfItsGradient");
    Verdict.on(IgnoringAnAdapter.class)
        .failsOnly("itsLossDependsOnEachArrayOfItsAdapters")
        .saying("layer.1.dense.lora_A.weight");
    Verdict.on(ForgettingTheHighestLayer.class)
        .failsOnly("itsGradientInSomeLayersIsThatPartOfItsGradient")
        .saying("and the head; that in all layers");
    Verdict.on(WrongRecord.class)
        .failsOnly("itsRecordGivesTheSameProducts")
        .saying("of a record of");
    Verdict.on(WrongProduct.class)
        .failsOnly(
            "finerGatesHaveExactDerivatives", "itsHessianProductIsTheDerivativeOfItsGradient")
        .saying("distance of hessianProduct");
    Verdict.on(NotSymmetric.class)
        .failsOnly(
            "finerGatesHaveExactDerivatives",
            "itsHessianProductIsTheDerivativeOfItsGradient",
            "itsHessianIsSymmetric");
  }

  @Test
  void eachMistakeWithDropoutIsCaught() {
    Verdict.on(DroppingTheSameInEachStep.class)
        .failsOnly("itsDropoutIsAFunctionOfTheSeed")
        .saying("of another seed");
    Verdict.on(DroppingOtherElementsForTheGradient.class)
        .failsOnly("itsGradientWithDropoutIsTheDerivativeOfThatLoss")
        .saying("theta and alpha with dropout");
  }

  @Test
  void eachMistakeWithArraysIsCaught() {
    Verdict.on(Leaking.class)
        .failsOnly("leavesItsResultsInTheScopeAndNothingElse")
        .saying("after 4 calls of each method");
    Verdict.on(OutsideTheScope.class).failsOnly("leavesItsResultsInTheScopeAndNothingElse");
    Verdict.on(WritingIntoTheta.class).saying("write into no argument");
  }

  @Test
  void eachMistakeInWhatLayersDoIsCaught() {
    Verdict.on(LengthsForSquares.class)
        .failsOnly(
            "theSquaresOfAnAdapterAreThoseOfItsParametersAndItsGate",
            "theActivityOfABatchIsThatOfItsExamplesTogether")
        .saying("squares of the first module");
    Verdict.on(AddingWithoutAnAdapter.class)
        .failsOnly("looksIntoItsLayers", "whereThereIsNoAdapterNothingIsAdded");
    Verdict.on(CountingPadding.class)
        .failsOnly(
            "theActivityOfABatchIsThatOfItsExamplesTogether",
            "theInputsOfAModuleAreWhatItsMatrixIsAppliedTo",
            "theInputsOfAnswersAreThoseOfTheirTokens")
        .saying("padding left out");
    Verdict.on(AnglesInDegrees.class).failsOnly("looksIntoItsLayers").saying("in units of pi");
    Verdict.on(ShowingNormedInputs.class)
        .failsOnly("theInputsOfAModuleAreWhatItsMatrixIsAppliedTo")
        .saying("puts out for all tokens");
    Verdict.on(ShowingTheFirstAnswerAlone.class)
        .failsOnly("theInputsOfAnswersAreThoseOfTheirTokens")
        .saying("answer tokens");
  }

  @Test
  void anotherDeviceThanTheInjectedOneIsCaught() {
    Verdict.on(OnAnotherDevice.class)
        .failsOnly("computesOnTheDeviceThatItIsGiven", "leavesItsResultsInTheScopeAndNothingElse")
        .saying("device of the model");
  }

  @Test
  void anAbilityThatIsListedButMissingIsCaught() {
    Verdict.on(ListingAnAbilityThatItLacks.class)
        .failsOnly("hasTheAbilitiesThatItsShapeLists")
        .saying("TextGenerator");
  }

  @Test
  void eachMistakeInMeaningIsCaught() {
    Verdict.on(WrongScores.class).failsOnly("itsScoresAreTheLogLikelihoodsInItsLoss");
    Verdict.on(DependingOnTheBatch.class).saying("of an example alone from those in a batch");
    Verdict.on(GatesByTheirValue.class).failsOnly("aShiftOfAllGatesChangesNothing");
    Verdict.on(InitialByPosition.class)
        .failsOnly("initialValuesDependOnSeedAndNameAlone", "aFreshAdapterChangesNothing")
        .saying("where no layer is adapted");
    Verdict.on(DescribingAnother.class).failsOnly("describesWhatItLoads");
    Verdict.on(ScoringAnother.class).failsOnly("loadsTheSameModelToScore");
  }
}
