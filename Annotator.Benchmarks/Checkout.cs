namespace Annotator.Benchmarks;

/// <summary>The checkout that the benchmarks were built from.</summary>
internal static class Checkout
{
    public static string Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Annotator.sln")))
            {
                return folder.FullName;
            }
        }

        throw new InvalidOperationException("The folder of Annotator.sln was not found above the benchmarks.");
    }
}
