package io.flexora.testkit;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.flexora.api.adapter.AdapterArray;
import io.flexora.api.adapter.AdapterForm;
import io.flexora.api.adapter.AdapterMethod;
import io.flexora.api.adapter.AdapterParameter;
import io.flexora.api.adapter.AdapterScript;
import io.flexora.api.adapter.AdapterScript.MatrixUse;
import io.flexora.api.adapter.AdapterSite;
import io.flexora.api.adapter.ModuleShape;
import io.flexora.api.adapter.TrainingSchedule;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class BrokenAdaptersTest {

  static class Sound extends AdapterMethodSuite {
    @Override
    protected String configuration() {
      return "broken";
    }

    @Override
    protected AdapterMethod extension(long seed) {
      return new LowRank();
    }
  }

  abstract static class OtherScript extends Sound {
    @Override
    protected AdapterMethod extension(long seed) {
      return new LowRank() {
        @Override
        public AdapterScript script() {
          return AdapterScript.of(CHANGE + ADAPT.replace(from(), to()));
        }
      };
    }

    abstract String from();

    abstract String to();
  }

  static class GatedTwice extends OtherScript {
    @Override
    String from() {
      return "* gate";
    }

    @Override
    String to() {
      return "* gate * gate";
    }
  }

  /** A LoRA that says its rank. */
  static class Ranked extends LowRank implements AdapterMethod.Ranked {

    @Override
    public Optional<AdapterMethod.Ranked> ranked() {
      return Optional.of(this);
    }

    @Override
    public int rank(ModuleShape module) {
      return 2;
    }

    @Override
    public List<AdapterParameter> parameters(ModuleShape module, int rank) {
      return List.of(
          new AdapterParameter("A", "lora_A.weight", new Shape(rank, module.inputs())),
          new AdapterParameter("B", "lora_B.weight", new Shape(module.outputs(), rank)));
    }

    String gate() {
      return "gate";
    }

    @Override
    public AdapterScript script() {
      return AdapterScript.of(
          """
            def factors(self, weight: Tensor, p: List[Tensor], c: List[Tensor], gate: Tensor) -> List[Tensor]:
              return [p[0], p[1], %s * 1.0]
          """
              .formatted(gate()));
    }
  }

  static class SoundRanked extends Sound {
    @Override
    protected AdapterMethod extension(long seed) {
      return new Ranked();
    }
  }

  static class GatingItsPartsTogether extends Sound {
    @Override
    protected AdapterMethod extension(long seed) {
      return new Ranked() {
        @Override
        String gate() {
          return "torch.mean(gate)";
        }
      };
    }
  }

  static class KeepingItsRank extends Sound {
    @Override
    protected AdapterMethod extension(long seed) {
      return new Ranked() {
        @Override
        public List<AdapterParameter> parameters(ModuleShape module, int rank) {
          return parameters(module);
        }
      };
    }
  }

  private static AdapterMethod scripted(AdapterScript script) {
    return new LowRank() {
      @Override
      public AdapterScript script() {
        return script;
      }
    };
  }

  /** By its factors, its change and its forward pass, which are the same. */
  static class SoundInAllForms extends Sound {
    @Override
    protected AdapterMethod extension(long seed) {
      return scripted(AdapterScript.of(FACTORS + LowRank.CHANGE + LowRank.ADAPT));
    }
  }

  private static final String FACTORS =
      """
        def factors(self, weight: Tensor, p: List[Tensor], c: List[Tensor], gate: Tensor) -> List[Tensor]:
          return [p[0], p[1], gate * 1.0]
      """;

  static class OtherFactors extends Sound {
    @Override
    protected AdapterMethod extension(long seed) {
      return scripted(
          AdapterScript.of(
              FACTORS.replace("gate * 1.0", "gate * 2.0") + LowRank.CHANGE + LowRank.ADAPT));
    }
  }

  private static final String KEEPING =
      "torch.linear(x, self.kept(torch.matmul(p[1], p[0]), c)) * gate";

  private static AdapterMethod keeping(String added) {
    return scripted(
        AdapterScript.of(
            LowRank.CHANGE.replace(
                    "torch.matmul(p[1], p[0])", "self.kept(torch.matmul(p[1], p[0]), c)")
                + LowRank.ADAPT.replace(
                    "torch.linear(torch.linear(x, p[0]), p[1]) * gate", added)));
  }

  static class SoundKeeping extends Sound {
    @Override
    protected AdapterMethod extension(long seed) {
      return keeping(KEEPING);
    }
  }

  static class ForgettingTheMask extends Sound {
    @Override
    protected AdapterMethod extension(long seed) {
      return keeping("torch.linear(torch.linear(x, p[0]), p[1]) * gate");
    }
  }

  static class DividingByTheLengthOfARow extends Sound {
    @Override
    protected AdapterMethod extension(long seed) {
      String length =
          "torch.sqrt(torch.sum(torch.square(self.kept(torch.matmul(p[1], p[0]), c)), [1]))";
      return keeping(KEEPING + " / torch.clamp_min(%s, 1e-30) * %s".formatted(length, length));
    }
  }

  static class SayingThatItScalesTheMatrix extends Sound {
    @Override
    protected AdapterMethod extension(long seed) {
      return scripted(
          AdapterScript.of(
                  LowRank.CHANGE
                          .replace("torch.matmul", "self.kept(torch.matmul")
                          .replace(") * gate", "), c) * gate")
                      + LowRank.ADAPT.replace(
                          "torch.linear(torch.linear(x, p[0]), p[1]) * gate", KEEPING))
              .with(MatrixUse.SCALED));
    }
  }

  static class Detached extends OtherScript {
    @Override
    String from() {
      return "p[0]";
    }

    @Override
    String to() {
      return "torch.detach(p[0])";
    }
  }

  static class ScaledInTheForwardPassAlone extends OtherScript {
    @Override
    String from() {
      return "* gate";
    }

    @Override
    String to() {
      return "* gate * 2";
    }
  }

  static class DropsByTheGlobalGenerator extends OtherScript {
    @Override
    String from() {
      return "torch.linear(x, p[0])";
    }

    @Override
    String to() {
      return "torch.linear(torch.dropout(x, 0.5, dropout_seed >= 0), p[0])";
    }
  }

  static class StartingElsewhere extends Sound {
    @Override
    protected AdapterMethod extension(long seed) {
      return new LowRank() {
        @Override
        public float[] initialValues(
            ModuleShape module, AdapterParameter parameter, SplittableRandom random) {
          float[] values = super.initialValues(module, parameter, random);
          Arrays.fill(values, 0.1f);
          return values;
        }
      };
    }
  }

  static class IgnoringItsStream extends Sound {
    private int calls;

    @Override
    protected AdapterMethod extension(long seed) {
      return new LowRank() {
        @Override
        public float[] initialValues(
            ModuleShape module, AdapterParameter parameter, SplittableRandom random) {
          return super.initialValues(module, parameter, new SplittableRandom(calls++));
        }
      };
    }
  }

  static class WritingIntoTheWeight extends OtherScript {
    @Override
    String from() {
      return "return y";
    }

    @Override
    String to() {
      return "torch.mul_(weight, 2.0)\n    return y";
    }
  }

  static class WithoutPeftType extends Sound {
    @Override
    protected AdapterMethod extension(long seed) {
      return new LowRank() {
        @Override
        public AdapterForm form() {
          return () -> Map.of("r", 2);
        }
      };
    }
  }

  static class ScalingWithBothFactors extends Sound {
    @Override
    protected AdapterMethod extension(long seed) {
      return new LowRank() {
        @Override
        public boolean isLinearIn(AdapterParameter parameter) {
          return true;
        }
      };
    }
  }

  static class SavingLess extends Sound {
    @Override
    protected AdapterMethod extension(long seed) {
      return new LowRank() {
        @Override
        public AdapterForm form() {
          AdapterForm own = super.form();
          return new AdapterForm() {
            @Override
            public Map<String, Object> configuration() {
              return own.configuration();
            }

            @Override
            public List<AdapterArray> saved(AdapterSite site, List<AdapterArray> trained) {
              AdapterArray b = trained.get(1);
              return List.of(
                  trained.get(0), new AdapterArray(b.parameter(), new float[b.values().length]));
            }
          };
        }
      };
    }
  }

  static class PenaltyWithoutGradient extends Sound {
    @Override
    protected AdapterMethod extension(long seed) {
      return new LowRank() {
        @Override
        public AdapterScript script() {
          return AdapterScript.of(
              CHANGE
                  + ADAPT
                  + """
                    def penalty(self, p: List[Tensor]) -> Tensor:
                      return torch.sum(p[0] * p[0] * torch.detach(p[0]))
                  """);
        }
      };
    }
  }

  static class RememberingOutsideItsState extends Sound {
    @Override
    protected AdapterMethod extension(long seed) {
      return new LowRank() {
        @Override
        public Optional<TrainingSchedule> schedule() {
          return Optional.of(new Counting());
        }
      };
    }
  }

  /** Takes away as much as it has been called. */
  private static final class Counting implements TrainingSchedule {
    private int calls;

    @Override
    public Known start(NDManager scope, List<ParameterPlace> places, NDArray theta) {
      calls = 7;
      return Known.NOTHING;
    }

    @Override
    public Turn after(NDManager scope, Moment at, NDArray gradient) {
      calls++;
      return Turn.of(at.known()).moving(at.theta().sub(calls));
    }
  }

  @Test
  void eachMistakeOfWhatComesAfterIsCaught() {
    Verdict.on(OtherFactors.class).failsOnly("itsPlainLoraIsItsWeightChange").saying("plain LoRA");
    Verdict.on(SavingLess.class).failsOnly("whatItSavesComputesTheSame").saying("saved arrays");
    Verdict.on(PenaltyWithoutGradient.class).failsOnly("itsPenaltyCanBeDifferentiatedTwice");
    Verdict.on(RememberingOutsideItsState.class)
        .failsOnly("itsScheduleIsAFunctionOfItsArguments")
        .saying("goes on from its state");
  }

  @Test
  void aSoundAdapterPasses() {
    Verdict.on(Sound.class).failsOnly();
    Verdict.on(SoundRanked.class).failsOnly();
    Verdict.on(SoundInAllForms.class).failsOnly();
    Verdict.on(SoundKeeping.class).failsOnly();
  }

  @Test
  void eachMistakeOnPrunedMatricesIsCaught() {
    Verdict.on(ForgettingTheMask.class)
        .failsOnly(
            "onAPrunedMatrixItsForwardPassIsThatOfTheChangedOneWithTheSameZeros",
            "itsMergedMatrixComputesWhatItDoesBesideAPrunedOne")
        .saying("masked weight change");
    Verdict.on(DividingByTheLengthOfARow.class)
        .failsOnly("aRowThatIsPrunedAltogetherLeavesTheGradientFinite");
    Verdict.on(SayingThatItScalesTheMatrix.class)
        .failsOnly("saysWhetherItsChangeDependsOnTheMatrix");
  }

  @Test
  void eachMistakeIsCaught() {
    Verdict.on(GatedTwice.class)
        .failsOnly("multipliesItsContributionWithTheGateOnce")
        .saying("y + gate * contribution");
    Verdict.on(GatingItsPartsTogether.class)
        .failsOnly("takesAGateForEachOfItsPartsIfItHasARank")
        .saying("which has rank one");
    Verdict.on(KeepingItsRank.class)
        .failsOnly("goesByTheRankOfWhatItIsGivenIfItHasARank")
        .saying("three times its rank");
    Verdict.on(Detached.class).failsOnly("canBeDifferentiatedTwice");
    Verdict.on(ScaledInTheForwardPassAlone.class)
        .failsOnly(
            "itsForwardPassIsThatOfTheChangedMatrix", "aMaskThatKeepsEverythingChangesNothing")
        .saying("has its change added");
    Verdict.on(DropsByTheGlobalGenerator.class).failsOnly("dropsTheSameForTheSameSeed");
    Verdict.on(StartingElsewhere.class).failsOnly("leavesTheModuleAsItIsAtItsInitialValues");
    Verdict.on(IgnoringItsStream.class)
        .failsOnly("startsWithAsManyValuesAsThereAreElementsFromItsStreamsAlone");
    Verdict.on(WritingIntoTheWeight.class).failsOnly("writesIntoNothingThatItIsGiven");
    Verdict.on(ScalingWithBothFactors.class)
        .failsOnly("itsContributionScalesWithTheParametersThatItNames")
        .saying("isLinearIn names");
    Verdict.on(WithoutPeftType.class).failsOnly("saysWhatItIsInPeftsWords").saying("peft_type");
  }
}
