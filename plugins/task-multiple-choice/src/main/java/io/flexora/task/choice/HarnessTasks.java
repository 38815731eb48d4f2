package io.flexora.task.choice;

import io.flexora.api.plugin.Doc;
import io.flexora.api.run.Seeds;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The tasks of lm-evaluation-harness, by the names that they have there. */
final class HarnessTasks {

  private HarnessTasks() {}

  @Doc("HellaSwag: finish the description of an event.")
  static final class Hellaswag extends NamedTask {
    /** Removes the marks that WikiHow's articles left in the texts. */
    private static final String CLEANED =
        "{%- macro clean(text) -%}{{ (text.strip().replace(' [title]', '. ')"
            + " | regex_replace('\\\\[.*?\\\\]', '')).replace('  ', ' ') }}{%- endmacro -%}";

    @Inject
    Hellaswag(ShotOptions options, Seeds seeds) {
      super(
          options,
          seeds,
          Templates.of(
              CLEANED
                  + "{{ clean((activity_label ~ ': ' if activity_label is not none else '')"
                  + " ~ ctx_a ~ ' ' ~ ctx_b.capitalize()) }}",
              CLEANED
                  + "{% set out = namespace(texts=[]) %}{% for ending in endings %}"
                  + "{% set out.texts = out.texts + [clean(ending)] %}{% endfor %}{{ out.texts }}"));
    }

    @Override
    void fill(KnownFields fields) {
      List<String> endings = fields.list("endings");
      fields
          .texts("ctx_a")
          .put("activity_label", fields.optionalText("activity_label").orElse(null))
          .put("ctx_b", fields.optionalText("ctx_b").orElse(""))
          .put("endings", endings)
          .put("gold", Labels.number(fields, "label", 0, endings.size()));
    }
  }

  @Doc("PIQA: choose the solution that reaches a goal in the physical world.")
  static final class Piqa extends NamedTask {

    @Inject
    Piqa(ShotOptions options, Seeds seeds) {
      super(options, seeds, Templates.of("Question: {{goal}}\nAnswer:", "{{[sol1, sol2]}}"));
    }

    @Override
    void fill(KnownFields fields) {
      fields.texts("goal", "sol1", "sol2").put("gold", Labels.number(fields, "label", 0, 2));
    }
  }

  @Doc(
      "WinoGrande: choose who or what a sentence speaks of. The prompts differ, the continuation is the same.")
  static final class Winogrande extends NamedTask {

    @Inject
    Winogrande(ShotOptions options, Seeds seeds) {
      super(
          options,
          seeds,
          Templates.withPrompts(
              "{% set front = sentence[:sentence.index('_')] %}{{ [front + option1, front + option2] }}",
              "{{ sentence[sentence.index('_') + 1:].strip() }}"));
    }

    @Override
    void fill(KnownFields fields) {
      fields.texts("sentence", "option1", "option2");
      if (fields.text("sentence").indexOf('_') < 0) {
        throw fields.wrong("sentence", "a sentence with a blank '_'", fields.text("sentence"));
      }
      fields.put("gold", Labels.number(fields, "answer", 1, 2));
    }
  }

  @Doc("CommonsenseQA: answer a question of everyday sense by a letter from A to E.")
  static final class CommonsenseQa extends NamedTask {

    @Inject
    CommonsenseQa(ShotOptions options, Seeds seeds) {
      super(
          options,
          seeds,
          Templates.of(
              "Question: {{ question.strip() }}\nA. {{texts[0]}}\nB. {{texts[1]}}\nC. {{texts[2]}}\n"
                  + "D. {{texts[3]}}\nE. {{texts[4]}}\nAnswer:",
              Labels.letters(5)));
    }

    @Override
    void fill(KnownFields fields) {
      Labels.Choices choices = Labels.Choices.of(fields);
      if (choices.texts().size() != 5) {
        throw fields.wrong("choices", "five choices", choices.texts());
      }
      fields.texts("question").put("texts", choices.texts()).put("gold", choices.right(fields));
    }
  }

  @Doc("BoolQ: answer a question about a passage by yes or no.")
  static final class Boolq extends NamedTask {

    @Inject
    Boolq(ShotOptions options, Seeds seeds) {
      super(
          options,
          seeds,
          Templates.of("{{passage}}\nQuestion: {{question}}?\nAnswer:", List.of("no", "yes")));
    }

    @Override
    void fill(KnownFields fields) {
      String answer = fields.nameOf("label", "answer");
      fields.texts("passage", "question").put("gold", Labels.number(fields, answer, 0, 2));
    }
  }

  /** The questions of ARC, of which both of its tasks are. */
  private abstract static class Arc extends NamedTask {
    Arc(ShotOptions options, Seeds seeds) {
      super(options, seeds, Templates.of("Question: {{question}}\nAnswer:", "texts"));
    }

    @Override
    final void fill(KnownFields fields) {
      Labels.Choices choices = Labels.Choices.of(fields);
      fields.texts("question").put("texts", choices.texts()).put("gold", choices.right(fields));
    }
  }

  @Doc("ARC, easy part: answer a question of school science.")
  static final class ArcEasy extends Arc {
    @Inject
    ArcEasy(ShotOptions options, Seeds seeds) {
      super(options, seeds);
    }
  }

  @Doc("ARC, challenge part: answer a hard question of school science.")
  static final class ArcChallenge extends Arc {
    @Inject
    ArcChallenge(ShotOptions options, Seeds seeds) {
      super(options, seeds);
    }
  }

  @Doc("OpenBookQA: finish a statement of elementary science.")
  static final class Openbookqa extends NamedTask {

    @Inject
    Openbookqa(ShotOptions options, Seeds seeds) {
      super(options, seeds, Templates.of("question_stem", "texts"));
    }

    @Override
    void fill(KnownFields fields) {
      Labels.Choices choices = Labels.Choices.of(fields);
      fields
          .texts("question_stem")
          .put("texts", choices.texts())
          .put("gold", choices.right(fields));
    }
  }

  @Doc("Social IQa: answer a question about what people do and feel.")
  static final class SocialIqa extends NamedTask {

    @Inject
    SocialIqa(ShotOptions options, Seeds seeds) {
      super(
          options,
          seeds,
          Templates.of("Q: {{context}} {{question}}\nA:", "{{[answerA, answerB, answerC]}}"));
    }

    @Override
    void fill(KnownFields fields) {
      fields
          .texts("context", "question", "answerA", "answerB", "answerC")
          .put("gold", Labels.number(fields, "label", 1, 3));
    }
  }

  @Doc(
      "SciQ: answer an exam question of science; a row without support has no passage. A row to predict"
          + " may have the list choices in place of its distractors and correct_answer.")
  static final class Sciq extends NamedTask {

    @Inject
    Sciq(ShotOptions options, Seeds seeds) {
      super(
          options,
          seeds,
          Templates.of(
              "{% if support is not none %}{{support.lstrip()}}\n{% endif %}Question: {{question}}\nAnswer:",
              "texts"));
    }

    @Override
    void fill(KnownFields fields) {
      fields
          .texts("question")
          .put("texts", choices(fields))
          .put("support", fields.optionalText("support").orElse(null))
          .put("gold", 3);
    }

    /** The field of the right choice says which it is, so a question has all choices in a list. */
    private static List<String> choices(KnownFields fields) {
      return fields.answered() || fields.has("correct_answer")
          ? Stream.of("distractor1", "distractor2", "distractor3", "correct_answer")
              .map(fields::text)
              .toList()
          : fields.list("choices");
    }
  }

  @Doc("SST-2: say whether the sentence of a film review is positive or negative.")
  static final class Sst2 extends NamedTask {

    @Inject
    Sst2(ShotOptions options, Seeds seeds) {
      super(
          options,
          seeds,
          Templates.of(
              "{{sentence}}\nQuestion: Is this sentence positive or negative?\nAnswer:",
              List.of("negative", "positive")));
    }

    @Override
    public Optional<String> textField() {
      return Optional.of("sentence");
    }

    @Override
    void fill(KnownFields fields) {
      fields.texts("sentence").put("gold", Labels.number(fields, "label", 0, 2));
    }
  }
}
