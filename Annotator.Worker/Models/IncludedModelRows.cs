using Annotator.Core;
using Annotator.Core.Media;
using Annotator.Core.Models;
using Annotator.Inference;
using Annotator.Inference.Descriptions;
using Annotator.Inference.Processes;
using Microsoft.EntityFrameworkCore;

namespace Annotator.Worker.Models;

/// <summary>
/// The models that come with the product, in the registry for everybody from the first start. Who deletes one has it back after the
/// next start; who wants it out of sight says so by <c>Models:Included=false</c>.
/// </summary>
internal sealed partial class IncludedModelRows(
    IServiceScopeFactory scopes, IBlobStore blobs, InferenceLimits limits, IConfiguration configuration, TimeProvider time, ILogger<IncludedModelRows> log) : BackgroundService
{
    /// <summary>Any number that no other lock of ours has: two workers that start together add a model once.</summary>
    private const long Lock = 0x6d6f64656c73;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!configuration.GetValue($"{ModelOptions.Section}:Included", true))
        {
            return;
        }

        try
        {
            foreach (var package in IncludedModels.All(limits))
            {
                await AddAsync(package, stoppingToken);
            }
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            // The product works without them, and the next start tries again.
            Log.NotAdded(log, failure);
        }
    }

    public async Task AddAsync(ModelPackage package, CancellationToken cancel)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<AnnotatorDbContext>();
        await db.Database.CreateExecutionStrategy().ExecuteAsync(async () =>
        {
            db.ChangeTracker.Clear();
            await using var transaction = await db.Database.BeginTransactionAsync(cancel);
            await db.Database.ExecuteSqlAsync($"select pg_advisory_xact_lock({Lock})", cancel);
            var description = package.Description;
            if (await db.Models.AnyAsync(model => model.OwnerId == null && model.Name == description.Name, cancel))
            {
                return;
            }

            var now = time.GetUtcNow();
            var row = new AnnotationModel
            {
                Name = description.Name,
                Visibility = ModelVisibility.Everyone,
                License = description.License ?? "",
                Notes = "Comes with the product.",
                State = ModelState.Ready,
                Kind = CheckModel.KindOf(description.Task),
                Description = ModelJson.Write(description),
                CreatedDate = now,
                UpdatedDate = now,
            };
            db.Models.Add(row);
            await db.SaveChangesAsync(cancel);
            foreach (var name in description.Files.All().Distinct(StringComparer.Ordinal))
            {
                var key = DataKeys.ModelFile(row.Id, Guid.CreateVersion7(now));
                await using var file = File.OpenRead(Path.Combine(package.Folder, name));
                var hash = Convert.ToHexStringLower(await System.Security.Cryptography.SHA256.HashDataAsync(file, cancel));
                file.Position = 0;
                await blobs.WriteAsync(key, file, cancel);
                row.Files.Add(new ModelFile { ModelId = row.Id, Name = name, BlobKey = key, ByteLength = file.Length, Sha256 = hash });
            }

            await db.SaveChangesAsync(cancel);
            await transaction.CommitAsync(cancel);
        });
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "The models that come with the product could not be added to the registry.")]
        public static partial void NotAdded(ILogger log, Exception failure);
    }
}
