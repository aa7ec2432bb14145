Console.WriteLine("Annotator");
