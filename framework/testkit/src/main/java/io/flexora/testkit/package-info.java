/** Conformance suites: one abstract JUnit class for each extension point of Flexora. */
package io.flexora.testkit;
