package io.flexora.task.choice;

import io.flexora.api.plugin.Doc;
import io.flexora.api.run.Seeds;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Locale;

/**
 * The questions of Laplace-LoRA (<a href="https://arxiv.org/abs/2308.13111">arXiv 2308.13111</a>),
 * word for word as the code of its authors asks them: the choices stand in the prompt, and the
 * answer is a letter, or True or False.
 *
 * <p>The authors compare logits of the tokens that Llama 2's tokenizer has for the bare letters and
 * words. It puts a space in front of a text, so these are the tokens of an answer behind a space,
 * as here. Where each answer is one token, the probabilities of the choices are the softmax of
 * their logits, as theirs.
 *
 * <p>Their code cuts a prompt of more than 300 tokens at its end; here a model cuts the beginning.
 */
final class LaplaceTasks {
  private static final String OPENING =
      "Select one of the choices that answers the following question: ";

  private LaplaceTasks() {}

  /**
   * A question with four answers, which begin with a capital letter and end with a full stop.
   * Questions with other numbers of answers are refused, because the authors leave them out and a
   * task makes an example of each row.
   */
  private abstract static class FourLetters extends NamedTask {
    private static final int CHOICES = 4;

    private final String question;

    /**
     * Takes the options and services of the task.
     *
     * @param question the field of the question
     */
    FourLetters(ShotOptions options, Seeds seeds, String question) {
      super(
          options,
          seeds,
          Templates.of(
              OPENING
                  + "{{question}} Choices: A. {{texts[0]}} B. {{texts[1]}} C. {{texts[2]}}"
                  + " D. {{texts[3]}} Answer:",
              Labels.letters(CHOICES)));
      this.question = question;
    }

    @Override
    final void fill(KnownFields fields) {
      Labels.Choices choices = Labels.Choices.of(fields);
      if (choices.texts().size() != CHOICES) {
        throw BadRow.of(
            fields.row(),
            ("field 'choices' has %d texts; four are needed, as Laplace-LoRA's authors leave out"
                    + " other questions. 'where: len(choices.text) = 4' of the dataset does so")
                .formatted(choices.texts().size()));
      }
      fields
          .put("question", fields.text(question))
          .put("texts", choices.texts().stream().map(FourLetters::sentence).toList())
          .put("gold", choices.right(fields));
    }

    /** Any other mark at the end gets a full stop behind it, as in the authors' code. */
    private static String sentence(String text) {
      String ended = text.endsWith(".") ? text : text + ".";
      int first = ended.offsetByCodePoints(0, 1);
      return ended.substring(0, first).toUpperCase(Locale.ROOT) + ended.substring(first);
    }
  }

  @Doc(
      "ARC, easy part, as Laplace-LoRA's authors ask it: answer a question of school science by a"
          + " letter from A to D. Questions without four choices are refused.")
  static final class ArcEasy extends FourLetters {
    @Inject
    ArcEasy(ShotOptions options, Seeds seeds) {
      super(options, seeds, "question");
    }
  }

  @Doc(
      "ARC, challenge part, as Laplace-LoRA's authors ask it: answer a hard question of school"
          + " science by a letter from A to D. Questions without four choices are refused.")
  static final class ArcChallenge extends FourLetters {
    @Inject
    ArcChallenge(ShotOptions options, Seeds seeds) {
      super(options, seeds, "question");
    }
  }

  @Doc(
      "OpenBookQA as Laplace-LoRA's authors ask it: finish a statement of elementary science by a"
          + " letter from A to D.")
  static final class Openbookqa extends FourLetters {
    @Inject
    Openbookqa(ShotOptions options, Seeds seeds) {
      super(options, seeds, "question_stem");
    }
  }

  /** There is no full stop behind the letter B, as in the authors' code. */
  @Doc(
      "WinoGrande as Laplace-LoRA's authors ask it: choose who or what a sentence speaks of by the"
          + " letter A or B.")
  static final class Winogrande extends NamedTask {
    @Inject
    Winogrande(ShotOptions options, Seeds seeds) {
      super(
          options,
          seeds,
          Templates.of(
              OPENING + "{{sentence}} Choices: A. {{option1}}. B {{option2}}. Answer:",
              Labels.letters(2)));
    }

    @Override
    void fill(KnownFields fields) {
      fields
          .texts("sentence", "option1", "option2")
          .put("gold", Labels.number(fields, "answer", 1, 2));
    }
  }

  /**
   * The authors put the end-of-sequence token behind the passage and take the logits there. A task
   * does not know the model's, so the answer stands behind the passage.
   */
  @Doc(
      "BoolQ as Laplace-LoRA's authors ask it: answer a question about a passage by True or False."
          + " The question stands first, so it is lost where max_tokens cuts the prompt.")
  static final class Boolq extends NamedTask {
    @Inject
    Boolq(ShotOptions options, Seeds seeds) {
      super(
          options,
          seeds,
          Templates.of(
              "Answer the question with only True or False: {{question}} Context: {{passage}}",
              List.of("False", "True")));
    }

    @Override
    void fill(KnownFields fields) {
      String answer = fields.nameOf("label", "answer");
      fields.texts("question", "passage").put("gold", Labels.number(fields, answer, 0, 2));
    }
  }
}
