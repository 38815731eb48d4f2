package io.flexora.dataset.files;

import io.flexora.api.plugin.Option;
import io.flexora.dataset.files.read.Format;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The options of {@link FilesDataset}. */
public record FilesOptions(
    @Option(
            doc =
                "A folder, file or glob whose files are told apart by name: train or training; val,"
                    + " valid, validation or dev; test or eval, as a part of the file's or folder's"
                    + " name. Files of no such name are all for training.")
        Optional<String> source,
    @Option(
            doc =
                "The training rows: a location such as file:data/train.jsonl or"
                    + " hf:datasets/org/name@revision/data/train-*.parquet (a file, a folder or a"
                    + " glob), a path or glob below source, or the name of one of source's splits.")
        Optional<String> train,
    @Option(
            doc =
                "The validation rows, which choose layers and checkpoints: as train; or taken from"
                    + " the training rows by the seed: a number such as 500, a share such as 0.1 or"
                    + " 10%. 0 for none.")
        Optional<String> validation,
    @Option(doc = "The test rows, which are looked at once: as validation.") Optional<String> test,
    @Option(doc = "Take only so many training rows.", min = 1) Optional<Integer> trainRows,
    @Option(doc = "Take only so many validation rows.", min = 1) Optional<Integer> validationRows,
    @Option(doc = "Take only so many test rows.", min = 1) Optional<Integer> testRows,
    @Option(
            doc =
                "Which rows train_rows and its like take: 'random' by the seed (fewer are a part of"
                    + " more), or the 'first'.",
            byDefault = "random")
        Sampling sampling,
    @Option(
            doc =
                "New names of fields: {new: old}. The old one may be a path into nested values, such"
                    + " as question.stem, choices.text or answers.text.0.",
            byDefault = "{}")
        Map<String, String> rename,
    @Option(doc = "The fields, by their new names, that rows have; all if empty.", byDefault = "[]")
        List<String> fields,
    @Option(
            doc =
                "Take only rows for which this holds, in every split: a condition in DuckDB's SQL"
                    + " over the renamed fields, such as length(goal) < 200 AND len(choices.text) ="
                    + " 4.")
        Optional<String> where,
    @Option(
            doc =
                "Fields that make rows belong together, such as the article of several questions:"
                    + " rows that agree in them, but for case and white space, never go to two"
                    + " splits. By default all fields but those called id, idx, ind, index or ..._id.",
            byDefault = "[]")
        List<String> groupBy,
    @Option(
            doc =
                "What becomes of rows of two splits that agree so: 'drop' leaves them out of the"
                    + " training rows (and out of validation if they are in test), 'keep' only warns,"
                    + " 'refuse' ends the run.",
            byDefault = "drop")
        Duplicates duplicates,
    @Option(
            doc =
                "How many rows may be bad (no JSON, no UTF-8, a wrong number of fields) and are left"
                    + " out; one more ends the run with the file and line of each.",
            byDefault = "0",
            min = 0)
        int maxBadRows,
    @Option(
            doc = "The format of all files: 'auto' goes by the endings of their names.",
            byDefault = "auto")
        Format format,
    @Option(
            doc = "The path to the list of rows in a JSON file that is one object, such as data.",
            aliases = "field")
        Optional<String> recordPath,
    @Option(
            doc =
                "What stands between the fields of CSV files: by default a comma, or a tab in TSV.",
            aliases = "sep")
        Optional<String> delimiter,
    @Option(
            doc =
                "Whether \"...\" around a field of a CSV or TSV file belongs to the format and not to"
                    + " the text.",
            byDefault = "true")
        boolean quoting,
    @Option(
            doc =
                "The names of the fields of CSV and TSV files whose first row does not have them.",
            byDefault = "[]")
        List<String> columnNames) {}
