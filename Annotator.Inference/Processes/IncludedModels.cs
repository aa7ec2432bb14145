namespace Annotator.Inference.Processes;

/// <summary>Models that come with the product, ready to run.</summary>
public static class IncludedModels
{
    /// <summary>Those whose files are all there, by their descriptions' ids in order. Empty where the build had none.</summary>
    public static IReadOnlyList<ModelPackage> All(InferenceLimits limits)
    {
        var root = Path.Combine(AppContext.BaseDirectory, "Included");
        return !Directory.Exists(root) ? []
            : [.. Directory.EnumerateDirectories(root)
                .Where(folder => File.Exists(Path.Combine(folder, Descriptions.ModelDescription.FileName)))
                .Select(folder => ModelPackage.Read(folder, limits))
                .Where(package => package.Description.Files.All().All(name => File.Exists(Path.Combine(package.Folder, name))))
                .OrderBy(package => package.Description.Id, StringComparer.Ordinal)];
    }
}
