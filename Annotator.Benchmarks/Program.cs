Console.WriteLine("Annotator.Benchmarks");
