"""The statutory checks on Great Expectations: rules, engine, suites, results."""
