package io.flexora.task.choice;

import io.flexora.api.data.Example;
import io.flexora.api.data.Row;
import io.flexora.api.data.Split;
import io.flexora.api.head.Head;
import io.flexora.api.plugin.Doc;
import io.flexora.api.run.FlexoraException;
import io.flexora.api.run.IncompatibleOptionException;
import io.flexora.api.run.Notices;
import io.flexora.api.run.Seeds;
import io.flexora.api.task.Examples;
import io.flexora.api.task.PredictionTask;
import io.flexora.task.choice.file.TaskFile;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** Questions made of Jinja templates. */
@Doc(
    "Questions with a few answers, made by the keys and Jinja templates of lm-evaluation-harness,"
        + " or by one of its task files. The prompts are its prompts, word for word.")
final class MultipleChoiceTask implements PredictionTask {
  private static final String FILE = "file";

  private final ChoiceExamples examples;
  private final Optional<TaskFile> file;
  private final Notices notices;

  @Inject
  MultipleChoiceTask(ChoiceOptions options, Seeds seeds, Notices notices) {
    this.notices = notices;
    this.file = options.file().map(path -> ofFile(() -> TaskFile.read(path, notices)));
    if (file.isPresent()) {
      refuseBoth(options);
    }
    int fewshot = options.fewshot().or(() -> file.flatMap(TaskFile::fewshot)).orElse(0);
    boolean first = file.map(TaskFile::firstShots).orElse(false);
    FewshotSampler sampler =
        options.fewshotSampler().orElse(first ? FewshotSampler.FIRST : FewshotSampler.RANDOM);
    this.examples =
        new ChoiceExamples(
            file.map(of -> ofFile(() -> templates(of))).orElseGet(() -> templates(options)),
            (row, answered) -> row.fields(),
            new Shots(fewshot, sampler, seeds, file.map(TaskFile::samples).orElse(List.of())),
            options.target());
  }

  @Override
  public Examples examples(Map<Split, List<Row>> rows) {
    Examples made = examples.of(rows);
    List<Example> all = made.splits().values().stream().flatMap(List::stream).toList();
    file.flatMap(f -> f.unmeasured(Example.sharedChoices(all).size())).ifPresent(notices::add);
    return made;
  }

  @Override
  public List<Example> questions(List<Row> rows, Head head) {
    return examples.questions(rows);
  }

  private static <T> T ofFile(Supplier<T> reading) {
    try {
      return reading.get();
    } catch (FlexoraException e) {
      throw new IncompatibleOptionException(FILE, e.getMessage(), e);
    }
  }

  private static void refuseBoth(ChoiceOptions options) {
    if (options.docToText().isPresent()
        || options.docToChoice().isPresent()
        || options.docToTarget().isPresent()
        || options.targetDelimiter().isPresent()
        || options.fewshotDelimiter().isPresent()
        || options.description().isPresent()) {
      throw new IncompatibleOptionException(
          FILE,
          "task multiple_choice has both 'file' and templates or delimiters of its own; write"
              + " either");
    }
  }

  private static Templates templates(TaskFile file) {
    return templates(
        file.template("doc_to_text"),
        file.choices(),
        file.template("doc_to_target"),
        file.text("target_delimiter").orElse(" "),
        file.text("fewshot_delimiter").orElse("\n\n"),
        file.text("description").orElse(""));
  }

  private static Templates templates(ChoiceOptions options) {
    return templates(
        options.docToText().orElseThrow(() -> missing("doc_to_text")),
        options.docToChoice().orElseThrow(() -> missing("doc_to_choice")),
        options.docToTarget().orElseThrow(() -> missing("doc_to_target")),
        options.targetDelimiter().orElse(" "),
        options.fewshotDelimiter().orElse("\n\n"),
        options.description().orElse(""));
  }

  private static FlexoraException missing(String key) {
    return new IncompatibleOptionException(
        FILE, "task multiple_choice needs '" + key + "', or a 'file' that has it");
  }

  private static Templates templates(
      String text,
      List<String> choices,
      String target,
      String delimiter,
      String shotDelimiter,
      String description) {
    boolean template = choices.size() == 1;
    return new Templates(
        Template.of("doc_to_text", text),
        template ? List.of() : choices,
        template ? Optional.of(Template.of("doc_to_choice", choices.get(0))) : Optional.empty(),
        Template.of("doc_to_target", target),
        delimiter,
        shotDelimiter,
        description.isEmpty()
            ? Optional.empty()
            : Optional.of(Template.of("description", description)));
  }
}
