"""Long jobs as coroutines and async generators."""
