package io.flexora.task.choice;

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
                "The question: the name of a field, or a Jinja template over the row's fields such as"
                    + " \"Question: {{goal}}\\nAnswer:\". Where it gives the number of a choice, the"
                    + " choices are prompts and doc_to_target is what follows each of them.")
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
    @Option(doc = "What stands between a question and its answer. By default a space.")
        Optional<String> targetDelimiter,
    @Option(doc = "What stands behind each shot. By default an empty line.")
        Optional<String> fewshotDelimiter,
    @Option(doc = "A text or template that stands in front of everything. By default nothing.")
        Optional<String> description,
    @Option(
            doc =
                "Is accepted, because the harness's tasks have it, and does nothing: nothing is"
                    + " decontaminated here.")
        Optional<String> docToDecontaminationQuery,
    @Option(
            doc =
                "How many training rows (or samples, where the file has fewshot_config.samples) with"
                    + " their answers stand in front of each test question; by default what the file"
                    + " says, or none. Training and validation questions have none.",
            min = 0,
            max = 1000,
            aliases = "num_fewshot")
        Optional<Integer> fewshot,
    @Option(
            doc =
                "Which rows these are: drawn at 'random' by the run's seed and the question, never"
                    + " the question itself; or the 'first'. By default what the file says, or"
                    + " random.")
        Optional<FewshotSampler> fewshotSampler,
    @Option(
            doc =
                "The field that holds each example's target: a number or text that metrics measure"
                    + " the answer against, as in regression. By default the right choice is.")
        Optional<String> target) {}
