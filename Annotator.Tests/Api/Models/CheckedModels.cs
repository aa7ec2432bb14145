using Annotator.Core.Media;
using Annotator.Core.Models;
using Annotator.Core.Operations;
using Annotator.Tests.Api.Media;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Annotator.Tests.Api.Models;

/// <summary>Operations and uploaded models on a worker of their own.</summary>
internal static class CheckedModels
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>Runs one operation to its end.</summary>
    public static async Task<Operation> DoAsync(this MediaBench bench, string type, string target, int? taskId, object arguments, int? jobId = null)
    {
        await using var scope = bench.Worker.Services.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<Core.AnnotatorDbContext>();
        var operation = scope.ServiceProvider.GetRequiredService<OperationService>().Add(
            new OperationRequest { Key = $"{type} {Guid.CreateVersion7()}", Type = type, Target = target, TaskId = taskId, JobId = jobId, OwnerId = 1, Arguments = arguments });
        await db.SaveChangesAsync(Cancel);
        await bench.Worker.RunAsync(operation.Id, Cancel);
        await using var after = bench.Db();
        return await after.Operations.AsNoTracking().SingleAsync(row => row.Id == operation.Id, Cancel);
    }

    /// <summary>A model whose files are uploaded and checked.</summary>
    public static async Task<AnnotationModel> CheckedModelAsync(this MediaBench bench, params (string Name, byte[] Content)[] files)
    {
        await using var db = bench.Db();
        var model = new AnnotationModel { Name = "cats" };
        db.Models.Add(model);
        await db.SaveChangesAsync(Cancel);
        foreach (var (name, content) in files)
        {
            var id = Guid.CreateVersion7();
            var key = DataKeys.ModelFile(model.Id, id);
            await bench.Blobs.WriteAsync(key, new MemoryStream(content), Cancel);
            db.Uploads.Add(new Upload { Id = id, Purpose = UploadPurpose.ModelFile, TargetId = model.Id, FileName = name, Length = content.Length, Offset = content.Length, BlobKey = key });
        }

        await db.SaveChangesAsync(Cancel);
        return await bench.CheckModelAsync(model.Id, corrected: false);
    }

    public static async Task<AnnotationModel> CheckModelAsync(this MediaBench bench, int modelId, bool corrected)
    {
        var operation = await bench.DoAsync("check:model", "model", null, new CheckModelArguments(modelId, corrected));
        Assert.Equal(OperationState.Finished, operation.State);
        await using var db = bench.Db();
        return await db.Models.AsNoTracking().Include(model => model.Files).SingleAsync(model => model.Id == modelId, Cancel);
    }
}
