package io.flexora.report.html;

import com.samskivert.mustache.DefaultCollector;
import java.util.Iterator;
import java.util.Optional;

/** Lets a section of a template show an optional value once or not at all. */
final class OptionalAsSection extends DefaultCollector {

  @Override
  public Iterator<?> toIterator(Object value) {
    return value instanceof Optional<?> optional
        ? optional.stream().iterator()
        : super.toIterator(value);
  }
}
