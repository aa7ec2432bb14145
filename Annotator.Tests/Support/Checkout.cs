namespace Annotator.Tests;

/// <summary>The folder of Annotator.sln, above the built tests.</summary>
public static class Checkout
{
    public static string Root { get; } = Find();

    private static string Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Annotator.sln")))
            {
                return folder.FullName;
            }
        }

        throw new InvalidOperationException($"Annotator.sln was not found above {AppContext.BaseDirectory}.");
    }
}
