package io.flexora.dataset.files.select;

import io.flexora.api.run.FlexoraException;
import io.flexora.api.run.IncompatibleOptionException;
import io.flexora.dataset.files.read.RawRow;
import io.flexora.files.message.NearestName;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Gives fields other names, and takes some of them. */
public final class FieldMapping {
  private final Map<String, String> rename;
  private final List<String> taken;
  private final Set<String> known = new LinkedHashSet<>();
  private final Set<String> missing;

  /**
   * Makes the choice.
   *
   * @param rename the path of a field by its new name
   * @param taken the names, after that, of the fields that rows have; empty for all
   */
  public FieldMapping(Map<String, String> rename, List<String> taken) {
    this.rename = rename;
    this.taken = List.copyOf(taken);
    this.missing = new LinkedHashSet<>(rename.values());
  }

  /** The row with the new names; what has a new name no longer has its old one. */
  public RawRow renamed(RawRow row) {
    known.addAll(row.fields().keySet());
    if (rename.isEmpty()) {
      return row;
    }
    Map<String, Object> fields = new LinkedHashMap<>(row.fields());
    fields.keySet().removeAll(rename.values());
    rename.forEach((name, path) -> rename(row, path, name, fields));
    return new RawRow(row.origin(), fields);
  }

  private void rename(RawRow row, String path, String name, Map<String, Object> fields) {
    Object value = FieldPath.find(row.fields(), path);
    if (value != FieldPath.MISSING) {
      missing.remove(path);
      fields.put(name, value);
    }
  }

  /**
   * Refuses names that no row had.
   *
   * @param option an option with further names that have to be there
   * @param further these names
   * @throws FlexoraException with the fields that there are
   */
  public void refuseUnknown(String option, Collection<String> further) {
    for (String path : missing) {
      throw unknown("rename", path, known);
    }
    Set<String> names = names();
    for (String field : taken) {
      if (!names.contains(field)) {
        throw unknown("fields", field, names);
      }
    }
    for (String field : further) {
      if (!names.contains(field)) {
        throw unknown(option, field, names);
      }
    }
  }

  /** The names that rows have after the renaming. */
  public Set<String> names() {
    Set<String> names = new LinkedHashSet<>(known);
    names.removeAll(rename.values());
    names.addAll(rename.keySet());
    return names;
  }

  private static FlexoraException unknown(String option, String field, Set<String> names) {
    return new IncompatibleOptionException(
        option,
        "dataset files: %s names '%s', which no row has%s"
            .formatted(option, field, NearestName.hint(field, names)));
  }

  /** The fields that are taken, as they are handed out. */
  public Map<String, Object> of(RawRow row) {
    Map<String, Object> fields = new LinkedHashMap<>();
    for (String name : taken.isEmpty() ? row.fields().keySet() : taken) {
      if (row.fields().containsKey(name)) {
        fields.put(name, plain(name, row.fields().get(name)));
      }
    }
    return fields;
  }

  private static Object plain(String name, Object value) {
    if (value instanceof Map<?, ?> map) {
      return plain(name, map);
    }
    return value instanceof List<?> list ? plain(name, list) : value;
  }

  private static Map<String, Object> plain(String name, Map<?, ?> map) {
    Map<String, Object> plain = new LinkedHashMap<>();
    map.forEach((key, value) -> plain.put((String) key, plain(name + "." + key, value)));
    return Collections.unmodifiableMap(plain);
  }

  private static List<Object> plain(String name, List<?> list) {
    List<Object> plain = new ArrayList<>(list.size());
    for (Object element : list) {
      if (element == null) {
        throw new NullElementException(name);
      }
      plain.add(plain(name, element));
    }
    return Collections.unmodifiableList(plain);
  }

  /** A list with a null in it: without it the others would have other places. */
  public static final class NullElementException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    NullElementException(String field) {
      super("its field '" + field + "' is a list with a null in it; take other fields by fields");
    }
  }

  /** Finds values in rows by paths such as {@code question.stem} or {@code answers.text.0}. */
  private static final class FieldPath {
    /** What {@link #find} gives where nothing is; null is a value. */
    static final Object MISSING = new Object();

    private FieldPath() {}

    /**
     * Finds a value.
     *
     * @param in a map, a list (whose elements are named by their index from 0), or another value
     * @param path names with dots between them; a name may itself hold dots
     */
    static Object find(Object in, String path) {
      Object whole = child(in, path);
      for (int dot = path.indexOf('.');
          whole == MISSING && dot >= 0;
          dot = path.indexOf('.', dot + 1)) {
        Object head = child(in, path.substring(0, dot));
        whole = head == MISSING ? MISSING : find(head, path.substring(dot + 1));
      }
      return whole;
    }

    private static Object child(Object in, String name) {
      if (in instanceof Map<?, ?> map) {
        return map.containsKey(name) ? map.get(name) : MISSING;
      }
      if (in instanceof List<?> list && name.matches("[0-9]{1,9}")) {
        int index = Integer.parseInt(name);
        return index < list.size() ? list.get(index) : MISSING;
      }
      return MISSING;
    }
  }
}
