package io.flexora.api.selection;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * The results of a selector in comparisons, for those who choose it: a file of comma-separated
 * values beside the class, with a result in one line or several. {@code flexora check} and the plan
 * of a comparison tell the one whose setting is nearest to an experiment's, {@code flexora plugins
 * show} tells all.
 *
 * <p>The first line names the columns; no value is in quotes, and lines that begin with {@code #}
 * are left out:
 *
 * <pre>
 * selector,options,model,layers,budget,rows,passes,seeds,to,tasks,classes,points,low,high,source
 * mine,solver=unrolled k=3,encoder,12,3,1280,1,5,random,4,2-45,+0.52,-0.10,+1.14,my paper
 * mine,solver=unrolled k=3,encoder,12,3,1280,1,5,tuned-all,4,2-45,-1.0,,,my paper
 * </pre>
 *
 * <p>{@code selector} is the extension's name, {@code options} are those that it had (empty for
 * any; an extension is named by its name), from {@code model} to {@code seeds} and {@code source}
 * it is the setting, the rest is the gain. Where more than one value of an option means what was
 * measured, all of them are written, with {@code |} between: {@code position=last|default}, where
 * {@code default} is an option without a value.
 *
 * @since 0.1
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
public @interface Benchmarked {

  /** The name of the file, such as {@code measured.csv}; several selectors may share it. */
  String value();
}
