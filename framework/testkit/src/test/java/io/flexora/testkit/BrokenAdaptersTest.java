package io.flexora.testkit;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.flexora.api.adapter.AdapterArray;
import io.flexora.api.adapter.AdapterMethod;
import io.flexora.api.adapter.AdapterParameter;
import io.flexora.api.adapter.AdapterSite;
import io.flexora.api.adapter.ModuleShape;
import io.flexora.api.adapter.PlainLora;
import io.flexora.api.adapter.TrainingSchedule;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
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
        public String torchScript() {
          return SOUND.replace(from(), to());
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
  static class Ranked extends LowRank {

    @Override
    public OptionalInt rank(ModuleShape module) {
      return OptionalInt.of(2);
    }

    @Override
    public List<AdapterParameter> parameters(ModuleShape module, int rank) {
      return List.of(
          new AdapterParameter("A", "lora_A.weight", new Shape(rank, module.inputs())),
          new AdapterParameter("B", "lora_B.weight", new Shape(module.outputs(), rank)));
    }

    @Override
    public String torchScript() {
      return SOUND
          .replace("torch.linear(x, p[0])", "torch.linear(x, p[0]) * gate")
          .replace("p[1]) * gate", "p[1])");
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
        public String torchScript() {
          return super.torchScript().replace("* gate", "* torch.mean(gate)");
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

  static class SoundMasked extends Sound {
    @Override
    protected AdapterMethod extension(long seed) {
      return masked(LowRank.SOUND.replace("torch.linear(torch.linear(x, p[0]), p[1])", MASKED));
    }
  }

  static class ForgettingTheMask extends Sound {
    @Override
    protected AdapterMethod extension(long seed) {
      return masked(LowRank.SOUND);
    }
  }

  static class ScaledOnMasksAlone extends Sound {
    @Override
    protected AdapterMethod extension(long seed) {
      return masked(
          LowRank.SOUND.replace("torch.linear(torch.linear(x, p[0]), p[1])", MASKED + " * 2"));
    }
  }

  private static final String MASKED = "torch.linear(x, torch.matmul(p[1], p[0]) * c[len(c) - 1])";

  static class DividingByTheLengthOfARow extends Sound {
    @Override
    protected AdapterMethod extension(long seed) {
      String length =
          "torch.sqrt(torch.sum(torch.square(torch.matmul(p[1], p[0]) * c[len(c) - 1]), [1]))";
      return masked(
          LowRank.SOUND.replace(
              "torch.linear(torch.linear(x, p[0]), p[1])",
              MASKED + " / torch.clamp_min(%s, 1e-30) * %s".formatted(length, length)));
    }
  }

  static class SoundMerging extends Sound {
    @Override
    protected AdapterMethod extension(long seed) {
      return merging("gate");
    }
  }

  static class MergingWithoutTheGate extends Sound {
    @Override
    protected AdapterMethod extension(long seed) {
      return merging("1");
    }
  }

  private static AdapterMethod merging(String gate) {
    String merged =
        """
          def merged(self, weight: Tensor, p: List[Tensor], c: List[Tensor], gate: Tensor) -> Tensor:
            return weight + torch.matmul(p[1], p[0]) * c[len(c) - 1] * %s
        """
            .formatted(gate);
    return new LowRank() {
      @Override
      public Optional<String> maskedTorchScript() {
        return Optional.of(
            SOUND.replace("torch.linear(torch.linear(x, p[0]), p[1])", MASKED) + merged);
      }

      @Override
      public boolean mergesMasked() {
        return true;
      }
    };
  }

  private static AdapterMethod masked(String script) {
    return new LowRank() {
      @Override
      public Optional<String> maskedTorchScript() {
        return Optional.of(script);
      }
    };
  }

  static class SayingThatItScalesTheMatrix extends Sound {
    @Override
    protected AdapterMethod extension(long seed) {
      return new LowRank() {
        @Override
        public boolean changesWithWeight() {
          return true;
        }
      };
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

  static class WritingIntoTheWeight extends Sound {
    @Override
    protected AdapterMethod extension(long seed) {
      return new LowRank() {
        @Override
        public NDArray weightChange(
            ModuleShape module, NDArray weight, List<NDArray> values, List<NDArray> constants) {
          weight.muli(2);
          return super.weightChange(module, weight, values, constants);
        }
      };
    }
  }

  static class Leaking extends Sound {
    @Override
    protected AdapterMethod extension(long seed) {
      return new LowRank() {
        @Override
        public NDArray weightChange(
            ModuleShape module, NDArray weight, List<NDArray> values, List<NDArray> constants) {
          NDArray lost = weight.duplicate();
          return super.weightChange(module, lost, values, constants);
        }
      };
    }
  }

  static class WithoutPeftType extends Sound {
    @Override
    protected AdapterMethod extension(long seed) {
      return new LowRank() {
        @Override
        public Map<String, Object> adapterConfiguration() {
          return Map.of("r", 2);
        }
      };
    }
  }

  static class ScalingWithBothFactors extends Sound {
    @Override
    protected AdapterMethod extension(long seed) {
      return new LowRank() {
        @Override
        public boolean scalesWith(AdapterParameter parameter) {
          return true;
        }
      };
    }
  }

  static class AnotherPlainLora extends Sound {
    @Override
    protected AdapterMethod extension(long seed) {
      return new LowRank() {
        @Override
        public Optional<PlainLora> plainLora(
            ModuleShape module, List<NDArray> values, List<NDArray> constants) {
          return Optional.of(new PlainLora(values.get(0), values.get(1).mul(2)));
        }
      };
    }
  }

  static class SavingLess extends Sound {
    @Override
    protected AdapterMethod extension(long seed) {
      return new LowRank() {
        @Override
        public List<AdapterArray> saved(AdapterSite site, List<AdapterArray> trained) {
          AdapterArray b = trained.get(1);
          return List.of(
              trained.get(0), new AdapterArray(b.parameter(), new float[b.values().length]));
        }
      };
    }
  }

  static class PenaltyWithoutGradient extends Sound {
    @Override
    protected AdapterMethod extension(long seed) {
      return new LowRank() {
        @Override
        public boolean hasPenalty() {
          return true;
        }

        @Override
        public String torchScript() {
          return SOUND
              + """
                def penalty(self, p: List[Tensor]) -> Tensor:
                  return torch.sum(p[0] * p[0] * torch.detach(p[0]))
              """;
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
    public Known start(NDManager scope, List<Place> places, NDArray theta) {
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
    Verdict.on(AnotherPlainLora.class)
        .failsOnly("itsPlainLoraIsItsWeightChange")
        .saying("plain LoRA");
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
    Verdict.on(SoundMasked.class).failsOnly();
    Verdict.on(SoundMerging.class).failsOnly();
  }

  @Test
  void eachMistakeOnPrunedMatricesIsCaught() {
    Verdict.on(ForgettingTheMask.class)
        .failsOnly("onAPrunedMatrixItsForwardPassIsThatOfTheChangedOneWithTheSameZeros")
        .saying("masked weight change");
    Verdict.on(ScaledOnMasksAlone.class)
        .failsOnly(
            "onAPrunedMatrixItsForwardPassIsThatOfTheChangedOneWithTheSameZeros",
            "aMaskThatKeepsEverythingChangesNothing");
    Verdict.on(DividingByTheLengthOfARow.class)
        .failsOnly("aRowThatIsPrunedAltogetherLeavesTheGradientFinite");
    Verdict.on(MergingWithoutTheGate.class)
        .failsOnly("itsMergedMatrixComputesWhatItDoesBesideAPrunedOne");
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
        .failsOnly("itsForwardPassIsThatOfTheChangedMatrix")
        .saying("weightChange");
    Verdict.on(DropsByTheGlobalGenerator.class).failsOnly("dropsTheSameForTheSameSeed");
    Verdict.on(StartingElsewhere.class).failsOnly("leavesTheModuleAsItIsAtItsInitialValues");
    Verdict.on(IgnoringItsStream.class)
        .failsOnly("startsWithAsManyValuesAsThereAreElementsFromItsStreamsAlone");
    Verdict.on(WritingIntoTheWeight.class)
        .failsOnly("leavesItsWeightChangeInTheManagerOfItsValuesAndNothingElse");
    Verdict.on(Leaking.class)
        .failsOnly("leavesItsWeightChangeInTheManagerOfItsValuesAndNothingElse")
        .saying("native arrays left alive");
    Verdict.on(ScalingWithBothFactors.class)
        .failsOnly("itsContributionScalesWithTheParametersThatItNames")
        .saying("scalesWith names");
    Verdict.on(WithoutPeftType.class).failsOnly("saysWhatItIsInPeftsWords").saying("peft_type");
  }
}
