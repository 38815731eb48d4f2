package io.flexora.testkit;

import io.flexora.api.data.Example;
import io.flexora.api.head.Objective;
import io.flexora.api.run.Compatibility;
import org.junit.jupiter.api.Test;

class BrokenObjectivesTest {

  /** The likelihood of the right answers, token by token, over questions. */
  static class Sound extends ObjectiveSuite implements Objective {

    @Override
    protected String configuration() {
      return "broken";
    }

    @Override
    protected Objective extension(long seed) {
      return this;
    }

    @Override
    public String description() {
      return "the right answer";
    }

    @Override
    public boolean comparesChoices() {
      return true;
    }

    @Override
    public String torchScript() {
      return Objective.method(
          """
              is_right = torch.type_as(torch.eq(right, 0), choices)
              return %s
          """
              .formatted(loss()));
    }

    String loss() {
      return "torch.neg(torch.mean(torch.sum(choices * is_right / lengths, [1])))";
    }
  }

  static class Sum extends Sound {
    @Override
    String loss() {
      return "torch.neg(torch.sum(choices * is_right / lengths))";
    }
  }

  static class Unlearning extends Sound {
    @Override
    String loss() {
      return "torch.mean(torch.sum(choices * is_right / lengths, [1]))";
    }
  }

  static class HiddenReference extends Sound {
    @Override
    String loss() {
      return "torch.neg(torch.mean(torch.sum((choices - reference) * is_right / lengths, [1])))";
    }
  }

  static class HalfDetached extends Sound {
    @Override
    String loss() {
      return "torch.mean(torch.sum(torch.detach(choices) * choices * is_right / lengths, [1]))";
    }
  }

  /** Takes a place of the batch in which a question has no answer for an answer. */
  static class CountingEachPlace extends Sound {
    @Override
    String loss() {
      return "torch.neg(torch.mean(torch.logsumexp(torch.log_softmax(choices, 1) + right, [1])))";
    }
  }

  static class Vector extends Sound {
    @Override
    String loss() {
      return "torch.neg(torch.sum(choices * is_right / lengths, [1]))";
    }
  }

  static class Silent extends Sound {
    @Override
    public String description() {
      return " ";
    }

    @Override
    public void checkCompatibility(Example example, Compatibility found) {
      found.refuse("is a question");
    }
  }

  @Test
  void nothingIsSaidOfASoundObjective() {
    Verdict.on(Sound.class).failsOnly();
  }

  @Test
  void aSumIsNoMean() {
    Verdict.on(Sum.class).failsOnly("isTheMeanOfItsTerms", "judgesAQuestionByTheAnswersThatItHas");
  }

  @Test
  void theRightAnswerIsToBecomeLikelier() {
    Verdict.on(Unlearning.class)
        .failsOnly("lessensWhenTheRightAnswerGetsLikelier")
        .saying("right answers get likelier");
  }

  @Test
  void aReferenceIsAskedFor() {
    Verdict.on(HiddenReference.class)
        .failsOnly("looksAtTheReferenceWhereItSaysSo")
        .saying("without adapters");
  }

  @Test
  void derivativesAreThoseOfTheLoss() {
    Verdict.on(HalfDetached.class)
        .failsOnly(
            "hasTheGradientOfItsLoss",
            "canBeDifferentiatedTwice",
            "judgesAQuestionByTheAnswersThatItHas")
        .saying("against a difference");
  }

  @Test
  void aLossIsOneNumber() {
    Verdict.on(Vector.class)
        .failsOnly(
            "hasTheGradientOfItsLoss",
            "isTheMeanOfItsTerms",
            "judgesAQuestionByTheAnswersThatItHas",
            "looksAtTheReferenceWhereItSaysSo")
        .saying("one number");
  }

  @Test
  void anAnswerThatIsNotThereDoesNotCount() {
    Verdict.on(CountingEachPlace.class).failsOnly("judgesAQuestionByTheAnswersThatItHas");
  }

  @Test
  void saysWhatItIsAndTakesWhatItIsToLearn() {
    Verdict.on(Silent.class).failsOnly("saysWhatItIs");
  }
}
