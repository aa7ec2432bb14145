using System.Security.Cryptography;
using Annotator.Core.Media;
using Annotator.Core.Models;
using Annotator.Inference.Descriptions;

namespace Annotator.Worker.Models;

/// <summary>A model's files on this machine's disk, under the names that its description uses. Gone when it is disposed.</summary>
internal sealed class ModelFolder : IDisposable
{
    private ModelFolder(string path) => Path = path;

    public string Path { get; }

    /// <summary>Copies the files out of the blob store; <paramref name="description"/> becomes <c>model.json</c> where there is one.</summary>
    /// <exception cref="FileNotFoundException">A file is not in the store any more; the message names it.</exception>
    public static async Task<ModelFolder> CopyAsync(
        IBlobStore blobs, ModelOptions options, IReadOnlyList<ModelFile> files, ModelDescription? description, CancellationToken cancel)
    {
        var folder = new ModelFolder(System.IO.Path.Join(options.Folder, $"{Guid.CreateVersion7():N}"));
        Directory.CreateDirectory(folder.Path);
        try
        {
            foreach (var file in files)
            {
                // The name was checked when it was taken in; a folder in it would be a hole all the same.
                if (file.Name != System.IO.Path.GetFileName(file.Name))
                {
                    throw new FileNotFoundException($"\"{file.Name}\" is no plain file name.");
                }

                await using var blob = await blobs.OpenReadAsync(file.BlobKey, cancel) ?? throw new FileNotFoundException($"The model's file {file.Name} is not in the store any more.");
                await using var copy = new FileStream(folder.FileOf(file.Name), FileMode.Create, FileAccess.Write, FileShare.None, 1 << 16, FileOptions.Asynchronous);
                await blob.CopyToAsync(copy, cancel);
            }

            if (description is not null)
            {
                await File.WriteAllTextAsync(folder.FileOf(ModelDescription.FileName), ModelJson.Write(description), cancel);
            }

            return folder;
        }
        catch
        {
            folder.Dispose();
            throw;
        }
    }

    public string FileOf(string name) => System.IO.Path.Join(Path, name);

    /// <summary>Lower-case hexadecimal digits.</summary>
    public async Task<string> Sha256Async(string name, CancellationToken cancel)
    {
        await using var file = File.OpenRead(FileOf(name));
        return Convert.ToHexStringLower(await SHA256.HashDataAsync(file, cancel));
    }

    public void Dispose()
    {
        try
        {
            Directory.Delete(Path, recursive: true);
        }
        catch (DirectoryNotFoundException)
        {
            return;
        }
    }
}
