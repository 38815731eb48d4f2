package io.flexora.task.choice;

import io.flexora.api.plugin.Effect;
import io.flexora.api.plugin.Option;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** The options of {@link MultipleChoiceTask}; their keys are those of lm-evaluation-harness. */
public record ChoiceOptions(
    @Option(
            doc =
                "A task file of lm-evaluation-harness with 'output_type: multiple_choice' and no"
                    + " Python functions. It stands for the templates and delimiters below.")
        Optional<Path> file,
    @Option(
            doc =
                "The question: a field, or a Jinja template over the row's fields such as"
                    + " \"Question: {{goal}}\\nAnswer:\". If it evaluates to the number of a"
                    + " choice, the choices are the prompts and doc_to_target is their"
                    + " continuation.")
        Optional<String> docToText,
    @Option(
            doc =
                "The choices: a list of texts; or in brackets one name of a field or one template"
                    + " that prints a list, such as [\"{{[sol1, sol2]}}\"].")
        Optional<List<String>> docToChoice,
    @Option(
            doc =
                "The right answer: the name of a field that holds the index of a choice (from 0) or"
                    + " its text, or a template that prints either; digits that a template prints"
                    + " are an index, a text in a field is none. A list of indices says that any"
                    + " of these is right: an evaluation takes each, the objective 'answer' learns"
                    + " the first, and 'choices' the sum of their probabilities.")
        Optional<String> docToTarget,
    @Option(doc = "Separator between a question and its answer. Default: a space.")
        Optional<String> targetDelimiter,
    @Option(doc = "Separator after each shot. Default: an empty line.")
        Optional<String> fewshotDelimiter,
    @Option(doc = "A text or template that stands in front of everything. By default nothing.")
        Optional<String> description,
    @Option(
            affects = Effect.NOTHING,
            doc =
                "Is accepted, because the harness's tasks have it, and does nothing: nothing is"
                    + " decontaminated here.")
        Optional<String> docToDecontaminationQuery,
    @Option(
            doc =
                "Number of few-shot examples in front of each test question, taken from the"
                    + " training rows (or fewshot_config.samples of the file). Default: as in the"
                    + " file, or none. Training and validation questions have none.",
            min = 0,
            max = 1000,
            aliases = "num_fewshot")
        Optional<Integer> fewshot,
    @Option(
            doc =
                "Sampling of few-shot examples: 'random' by the run's seed and the question,"
                    + " never the question itself, or the 'first'. Default: as in the file, or"
                    + " random.")
        Optional<FewshotSampler> fewshotSampler,
    @Option(
            doc =
                "Field with each example's target: a number or text against which metrics"
                    + " measure the answer, as in regression. Default: the right choice.")
        Optional<String> target) {}
