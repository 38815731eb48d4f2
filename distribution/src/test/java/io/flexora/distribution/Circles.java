package io.flexora.distribution;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Groups of classes that all depend on each other: the strongly connected components of their
 * dependencies, by Tarjan's algorithm. A nested class counts as its outermost one.
 */
final class Circles {

  private final Map<String, Set<String>> uses;
  private final Map<String, Integer> order = new HashMap<>();
  private final Map<String, Integer> lowest = new HashMap<>();
  private final Deque<String> open = new ArrayDeque<>();
  private final List<List<String>> groups = new ArrayList<>();

  private Circles(Map<String, Set<String>> uses) {
    this.uses = uses;
  }

  /** Groups of at least {@code size} names, each in order, the larger groups first. */
  static List<List<String>> of(Map<String, Set<String>> uses, int size) {
    Circles circles = new Circles(uses);
    uses.keySet().stream().filter(name -> !circles.order.containsKey(name)).forEach(circles::visit);
    return circles.groups.stream()
        .filter(group -> group.size() >= size)
        .sorted((a, b) -> b.size() - a.size())
        .toList();
  }

  /** The outermost classes among those of the program that each outermost class uses. */
  static Map<String, Set<String>> dependencies(JavaClasses classes) {
    Map<String, Set<String>> uses = new TreeMap<>();
    for (JavaClass type : classes) {
      String from = outermost(type);
      Set<String> targets = uses.computeIfAbsent(from, f -> new TreeSet<>());
      type.getDirectDependenciesFromSelf().stream()
          .map(dependency -> dependency.getTargetClass().getBaseComponentType())
          .filter(target -> classes.contain(target.getName()))
          .map(Circles::outermost)
          .filter(target -> !target.equals(from))
          .forEach(targets::add);
    }
    return uses;
  }

  private static String outermost(JavaClass type) {
    return type.getEnclosingClass().map(Circles::outermost).orElse(type.getName());
  }

  /** The depth of the recursion is that of the longest chain of uses: some hundred classes. */
  private void visit(String name) {
    int number = order.size();
    order.put(name, number);
    lowest.put(name, number);
    open.push(name);
    for (String target : uses.getOrDefault(name, Set.of())) {
      if (!order.containsKey(target)) {
        visit(target);
        lowest.merge(name, lowest.get(target), Math::min);
      } else if (open.contains(target)) {
        lowest.merge(name, order.get(target), Math::min);
      }
    }
    if (lowest.get(name) == number) {
      close(name);
    }
  }

  private void close(String root) {
    List<String> group = new ArrayList<>();
    String last;
    do {
      last = open.pop();
      group.add(last);
    } while (!last.equals(root));
    Collections.sort(group);
    groups.add(group);
  }
}
