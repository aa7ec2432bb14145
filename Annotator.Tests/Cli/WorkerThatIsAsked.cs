using Annotator.Core;
using Annotator.Core.Operations;
using Annotator.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace Annotator.Tests.Cli;

/// <summary>A way to the Api on which work that is queued is done before a question about it is answered.</summary>
/// <param name="asked">Is told method and path of each request.</param>
internal sealed class WorkerThatIsAsked(HttpMessageHandler api, Func<AnnotatorDbContext> open, WorkerApp worker, List<string>? asked = null) : DelegatingHandler(api)
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (asked is not null)
        {
            lock (asked)
            {
                asked.Add($"{request.Method} {request.RequestUri!.AbsolutePath}");
            }
        }

        if (request.RequestUri!.AbsolutePath.StartsWith("/api/requests/", StringComparison.Ordinal))
        {
            await using var db = open();
            foreach (var id in await db.Operations.Where(row => row.State == OperationState.Queued).Select(row => row.Id).ToListAsync(cancellationToken))
            {
                await worker.RunAsync(id, cancellationToken);
            }
        }

        return await base.SendAsync(request, cancellationToken);
    }
}
